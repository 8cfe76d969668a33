using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.FunctionApp.Tests;

public sealed class TriggerCheckTests
{
    [Theory]
    [InlineData("service-bus", "AzureWebJobs.ReplayFromStorageQueue.Disabled", "true")]
    [InlineData("service-bus", "AzureWebJobs_ReplayFromStorageQueue_Disabled", "1")]
    [InlineData("storage-queue", "AzureWebJobs.ReplayFromServiceBus.Disabled", "True")]
    public async Task StartAsync_OtherTriggerIsOff_IsContent(string queue, string setting, string value) =>
        Assert.Empty(await ErrorsAsync(("FallbackQueue", queue), ("FallbackQueueName", "llm-requests"), (setting, value)));

    [Theory]
    [InlineData("service-bus", "Set AzureWebJobs.ReplayFromStorageQueue.Disabled to true")]
    [InlineData("storage-queue", "Set AzureWebJobs.ReplayFromServiceBus.Disabled to true")]
    public async Task StartAsync_OtherTriggerIsOn_SaysWhatToSet(string queue, string expected) =>
        Assert.StartsWith(expected, Assert.Single(await ErrorsAsync(("FallbackQueue", queue), ("FallbackQueueName", "llm-requests"))), StringComparison.Ordinal);

    [Fact]
    public async Task StartAsync_EverythingWrong_SaysItAtOnce() =>
        Assert.Equal(3, (await ErrorsAsync(("FallbackQueue", "service-bus"), ("AzureWebJobs.ReplayFromServiceBus.Disabled", "true"))).Length);

    private static async Task<string[]> ErrorsAsync(params (string, string?)[] settings)
    {
        using var host = FunctionAppServices.Build(settings: settings);
        try
        {
            await ActivatorUtilities.CreateInstance<TriggerCheck>(host.Services).StartAsync(CancellationToken.None);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
