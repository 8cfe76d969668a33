using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmFunctions.AspNetCore;
using LlmFunctions.AspNetCore.Access;
using LlmFunctions.Azure;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The settings that the code reads, by reflection over the options it binds.</summary>
internal static partial class RouterSettings
{
    private static readonly Dictionary<string, Type> Sections = new(StringComparer.Ordinal)
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

    // Read one by one, each in a binding of its own; the test below looks for them in the source.
    private static readonly string[] Flat = ["Catalog", "CatalogFile", "CatalogPollInterval", "FallbackQueue", "FallbackQueueName", "Storage__Prefix", "AzureWebJobsStorage", "ServiceBus"];

    // Of ASP.NET Core and of the Functions host.
    private static readonly string[] Hosts =
        ["AzureFunctionsWebHost__hostid", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS", "DOTNET_EnableDiagnostics", "FUNCTIONS_WORKER_RUNTIME", "AzureFunctionsJobHost__Logging__Console__IsEnabled", "AzureWebJobsScriptRoot"];

    public static IEnumerable<string> FlatNames => Flat;

    public static IEnumerable<(string Section, Type Options)> SectionTypes => Sections.Select(section => (section.Key, section.Value));

    /// <summary>Whether the router, or a host it runs in, reads a setting of this name.</summary>
    public static bool IsKnown(string name) =>
        Flat.Contains(name) || Hosts.Contains(name) || OfSample.Contains(name) || IsOfStorage(name) || IsOfServiceBus(name) || IsOfSection(name) || Disabled().IsMatch(name);

    private static HashSet<string> OfSample { get; } =
        [.. JsonDocument.Parse(Repository.Read("local.settings.sample.json")).RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name)];

    // The doc comments of the options name the settings; their types are not built in every configuration.
    private static bool IsOfServiceBus(string name) =>
        name.StartsWith("ServiceBus__", StringComparison.Ordinal)
        && Repository.Read("src/LlmFunctions.ServiceBus/ServiceBusOptions.cs").Contains($"<c>{name}</c>", StringComparison.Ordinal);

    private static bool IsOfStorage(string name) =>
        name.StartsWith("AzureWebJobsStorage__", StringComparison.Ordinal)
        && typeof(StorageOptions).GetProperties().Any(property => $"AzureWebJobsStorage__{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}" == name);

    private static bool IsOfSection(string name)
    {
        var parts = name.Split("__");
        if (parts.Length < 2 || !Sections.TryGetValue(parts[0], out var options) || options.GetProperty(parts[1], BindingFlags.Public | BindingFlags.Instance) is not { } property)
            return false;
        return property.PropertyType == typeof(Dictionary<string, string>) ? parts.Length == 3 : parts.Length == 2;
    }

    // A function's switch: the function must be there.
    [GeneratedRegex(@"\AAzureWebJobs\.(ReplayFromServiceBus|ReplayFromStorageQueue|Probe|Sweep|Route)\.Disabled\z")]
    private static partial Regex Disabled();
}
