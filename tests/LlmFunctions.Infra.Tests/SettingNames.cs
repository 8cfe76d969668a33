using LlmFunctions.AspNetCore;
using LlmFunctions.AspNetCore.Access;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Infra.Tests;

/// <summary>Which names of settings somebody reads: the options types of the router, or the Functions host.</summary>
internal static class SettingNames
{
    private static readonly Dictionary<string, Type> Sections = new()
    {
        ["Health"] = typeof(HealthOptions),
        ["Probing"] = typeof(ProbingOptions),
        ["Standby"] = typeof(StandbyOptions),
        ["Forwarding"] = typeof(ForwardingOptions),
        ["Routing"] = typeof(RoutingOptions),
        ["Decisions"] = typeof(DecisionOptions),
        ["Availability"] = typeof(AvailabilityOptions),
        ["Replay"] = typeof(ReplayOptions),
        ["Callbacks"] = typeof(CallbackOptions),
        [RouterHttpOptions.Section] = typeof(RouterHttpOptions),
        [AccessOptions.Section] = typeof(AccessOptions),
    };

    private static readonly HashSet<string> Flat =
    [
        // The router's own, read by CatalogOptionsBinding, FallbackQueueOptionsBinding and StorageOptionsBinding.
        "Catalog", "CatalogFile", "CatalogPollInterval", "FallbackQueue", "FallbackQueueName", "Storage__Prefix",
        // Read by the triggers as %Name%.
        "ProbeSchedule", "SweepSchedule",
        // The host's.
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsDisableHomepage",
        "AzureWebJobs.ReplayFromServiceBus.Disabled", "AzureWebJobs.ReplayFromStorageQueue.Disabled",
        "AzureWebJobsStorage", "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
        "ServiceBus__clientId", "ServiceBus__credential", "ServiceBus__fullyQualifiedNamespace",
        // Outside Flex Consumption only.
        "FUNCTIONS_WORKER_RUNTIME",
    ];

    /// <summary>Whether anything reads a setting of this name, as an environment variable writes it: <c>Section__Property</c>.</summary>
    public static bool IsRead(string name)
    {
        if (Flat.Contains(name))
            return true;
        var parts = name.Split("__");
        if (!Sections.TryGetValue(parts[0], out var options) || parts.Length is < 2 or > 3)
            return false;
        var property = options.GetProperty(parts[1]);
        return property is { CanWrite: true } && parts.Length == 3 == (property.PropertyType == typeof(Dictionary<string, string>));
    }
}
