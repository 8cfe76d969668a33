using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace LlmFunctions.FunctionApp.Tests;

public sealed class WarmUpTests : IDisposable
{
    private readonly IHost _host = FunctionAppServices.Build();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task StartAsync_StorageDown_HasACatalogBeforeTheFirstRequest()
    {
        await RunAsync(_host.Services.GetRequiredService<IServiceScopeFactory>());

        Assert.NotNull(_host.Services.GetRequiredService<CatalogHolder>().Current);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task StartAsync_Fails_LeavesTheWorkerRunning(Type failure)
    {
        var scopes = new Mock<IServiceScopeFactory>();
        scopes.Setup(factory => factory.CreateScope()).Throws((Exception)Activator.CreateInstance(failure)!);

        await RunAsync(scopes.Object);

        scopes.Verify(factory => factory.CreateScope(), Times.Once);
    }

    private async Task RunAsync(IServiceScopeFactory scopes)
    {
        using var warmUp = new WarmUp(_host.Services.GetRequiredService<RouterPipeline>(), scopes, NullLogger<WarmUp>.Instance);
        await warmUp.StartAsync(CancellationToken.None);
        await warmUp.ExecuteTask!;
    }
}
