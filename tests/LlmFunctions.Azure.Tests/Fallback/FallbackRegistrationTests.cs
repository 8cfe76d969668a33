using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Azure.Tests.Fallback;

public sealed class FallbackRegistrationTests
{
    [Fact]
    public void AddAzureStorage_NoSettings_QueuesOnAStorageQueueOfTheDefaultName()
    {
        using var provider = Services().BuildServiceProvider();

        Assert.Equal(new FallbackQueueOptions { IsServiceBus = false, Name = "llm-requests" }, OptionsOf(provider));
        Assert.IsType<StorageFallbackQueue>(provider.GetRequiredService<IFallbackQueue>());
        Assert.IsType<TableRequestLedger>(provider.GetRequiredService<IRequestLedger>());
        Assert.IsType<TableIdempotencyStore>(provider.GetRequiredService<IIdempotencyStore>());
        Assert.Empty(provider.GetServices<IHostedService>());
    }

    [Theory]
    [InlineData("storage-queue", "abc", false)]
    [InlineData("service-bus", "a-1-b", true)]
    public void Options_Settings_AreRead(string queue, string name, bool isServiceBus)
    {
        using var provider = Services(("FallbackQueue", queue), ("FallbackQueueName", name)).BuildServiceProvider();

        Assert.Equal(new FallbackQueueOptions { IsServiceBus = isServiceBus, Name = name }, OptionsOf(provider));
    }

    [Theory]
    [InlineData("rabbit", "llm-requests", "FallbackQueue must be")]
    [InlineData("", "llm-requests", "FallbackQueue must be")]
    [InlineData(null, "ab", "FallbackQueueName must be")]
    [InlineData(null, "", "FallbackQueueName must be")]
    [InlineData(null, "two--hyphens", "FallbackQueueName must be")]
    [InlineData(null, "-first", "FallbackQueueName must be")]
    [InlineData(null, "last-", "FallbackQueueName must be")]
    [InlineData(null, "Upper", "FallbackQueueName must be")]
    [InlineData(null, "a234567890123456789012345678901234567890123456789012345678901234", "FallbackQueueName must be")]
    public void Options_WrongSetting_SaysWhatToWrite(string? queue, string name, string expected)
    {
        using var provider = Services(("FallbackQueue", queue), ("FallbackQueueName", name)).BuildServiceProvider();

        var e = Assert.Throws<OptionsValidationException>(() => OptionsOf(provider));

        Assert.StartsWith(expected, Assert.Single(e.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AddStorageQueueReceiver_StorageQueue_ReceivesInThisProcess()
    {
        using var provider = Services().AddStorageQueueReceiver().AddSingleton<IHostApplicationLifetime>(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance))
            .AddSingleton<IReplayTarget>(new FakeReplayTarget()).AddLogging().BuildServiceProvider();

        Assert.IsType<StorageQueueReceiver>(Assert.Single(provider.GetServices<IHostedService>()));
    }

    [Fact]
    public void AddStorageQueueReceiver_ServiceBusIsChosen_SaysWhoCanUseIt()
    {
        using var provider = Services(("FallbackQueue", "service-bus")).AddStorageQueueReceiver().BuildServiceProvider();

        var e = Assert.Throws<OptionsValidationException>(() => OptionsOf(provider));

        Assert.StartsWith("FallbackQueue is service-bus, which only the function app can use", e.Message, StringComparison.Ordinal);
    }

    private static FallbackQueueOptions OptionsOf(ServiceProvider provider) =>
        provider.GetRequiredService<IOptions<FallbackQueueOptions>>().Value;

    private static IServiceCollection Services(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .AddInMemoryCollection([new("AzureWebJobsStorage", "UseDevelopmentStorage=true")])
            .Build();
        return new ServiceCollection().AddAzureStorage(configuration);
    }
}
