using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmFunctions.ServiceBus;

/// <summary>Reads <c>ServiceBus</c> in the forms the Functions host knows.</summary>
internal sealed class ServiceBusOptionsBinding(IConfiguration configuration) : IConfigureOptions<ServiceBusOptions>
{
    private const string Connection = "ServiceBus";

    public void Configure(ServiceBusOptions options)
    {
        var connection = configuration.GetSection(Connection);
        options.ConnectionString = string.IsNullOrWhiteSpace(connection.Value) ? null : new(connection.Value);
        options.FullyQualifiedNamespace = connection["fullyQualifiedNamespace"];
        options.ClientId = connection["clientId"];
    }
}
