using Azure.Core;
using Azure.Messaging.ServiceBus;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moq;

namespace LlmFunctions.ServiceBus.Tests;

public sealed class ServiceBusRegistrationTests
{
    private const string Connection =
        "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=router;SharedAccessKey=c2VjcmV0c2VjcmV0c2VjcmV0";

    private static readonly IFallbackQueue Other = Mock.Of<IFallbackQueue>();

    [Fact]
    public void AddServiceBusQueue_NotChosen_LeavesTheOtherQueue()
    {
        using var provider = Build([("ServiceBus", Connection)]);

        Assert.Same(Other, provider.GetRequiredService<IFallbackQueue>());
        Assert.Null(provider.GetService<ServiceBusClient>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddServiceBusQueue_Chosen_IsTheOneQueueInAnyOrder(bool isFirst)
    {
        var services = Services([("FallbackQueue", "service-bus"), ("ServiceBus", Connection)], isFirst);

        var queue = Assert.Single(services, service => service.ServiceType == typeof(IFallbackQueue));

        Assert.Equal(typeof(ServiceBusFallbackQueue), queue.ImplementationType);
    }

    [Fact]
    public async Task AddServiceBusQueue_ConnectionString_NeedsNoIdentity()
    {
        await using var provider = Build([("FallbackQueue", "service-bus"), ("ServiceBus", Connection)]);

        Assert.Equal("contoso.servicebus.windows.net", provider.GetRequiredService<ServiceBusClient>().FullyQualifiedNamespace);
    }

    [Fact]
    public async Task AddServiceBusQueue_Namespace_TakesTheRoutersIdentity()
    {
        var services = Services([("FallbackQueue", "service-bus"), ("ServiceBus:fullyQualifiedNamespace", "contoso.servicebus.windows.net")]);
        var asked = 0;
        services.AddSingleton(_ => ++asked == 1 ? Mock.Of<TokenCredential>() : throw new InvalidOperationException("A second credential."));
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("contoso.servicebus.windows.net", provider.GetRequiredService<ServiceBusClient>().FullyQualifiedNamespace);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task AddServiceBusQueue_NamespaceAndClientId_TakesThatIdentity()
    {
        await using var provider = Build(
        [
            ("FallbackQueue", "service-bus"),
            ("ServiceBus:fullyQualifiedNamespace", "contoso.servicebus.windows.net"),
            ("ServiceBus:clientId", "0f3a6f0e-0000-4000-8000-000000000000"),
        ]);

        Assert.NotNull(provider.GetRequiredService<ServiceBusClient>());
    }

    [Theory]
    [InlineData(null, null, "ServiceBus is missing, and FallbackQueue is service-bus")]
    [InlineData("  ", null, "ServiceBus is missing, and FallbackQueue is service-bus")]
    [InlineData("no connection string", null, "ServiceBus is no connection string")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/", null, "ServiceBus is no connection string")]
    [InlineData(Connection + ";EntityPath=other", null, "ServiceBus is no connection string")]
    [InlineData(null, "https://contoso.servicebus.windows.net/", "ServiceBus__fullyQualifiedNamespace must be")]
    [InlineData(null, "contoso", "ServiceBus__fullyQualifiedNamespace must be")]
    public void AddServiceBusQueue_WrongSetting_SaysWhatToWrite(string? connection, string? fullName, string expected)
    {
        using var provider = Build(
            [("FallbackQueue", "service-bus"), ("ServiceBus", connection), ("ServiceBus:fullyQualifiedNamespace", fullName)]);

        var e = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<ServiceBusOptions>>().Value);

        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ServiceBusOptions_Printed_HideTheKey()
    {
        var text = new ServiceBusOptions { ConnectionString = new(Connection) }.ToString();

        Assert.Contains("***", text, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", text, StringComparison.Ordinal);
    }

    private static ServiceProvider Build((string Key, string? Value)[] settings) => Services(settings).BuildServiceProvider();

    private static ServiceCollection Services((string Key, string? Value)[] settings, bool isFirst = false)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
        var services = new ServiceCollection();
        if (isFirst)
            services.AddServiceBusQueue(configuration);
        services.TryAddSingleton(Other);
        if (!isFirst)
            services.AddServiceBusQueue(configuration);
        return services;
    }
}
