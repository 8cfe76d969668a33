using System.Reflection;
using System.Text.RegularExpressions;
using LlmFunctions.AspNetCore;
using LlmFunctions.Azure;
using LlmFunctions.Core;

namespace LlmFunctions.Infra.Tests;

/// <summary>The names of settings: those that the code binds, as it registers them, and those that the README lists. Written with colons.</summary>
internal static partial class SettingNames
{
    private static readonly Assembly[] Assemblies = [typeof(RouterRegistration).Assembly, typeof(HttpRegistration).Assembly, typeof(StorageOptions).Assembly];

    /// <summary>Settings without a section, each read by a binding of its own or by a trigger as <c>%Name%</c>.</summary>
    public static readonly IReadOnlyList<string> Flat =
        ["Catalog", "CatalogFile", "CatalogPollInterval", "FallbackQueue", "FallbackQueueName", "OTEL_EXPORTER_OTLP_ENDPOINT", "ProbeSchedule", "SweepSchedule"];

    /// <summary>What the Functions host reads, and not the router.</summary>
    public static readonly IReadOnlyList<string> OfTheHost =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsDisableHomepage",
        .. FunctionSources.Replays.Select(name => $"AzureWebJobs.{name}.Disabled"),
        "AzureWebJobsStorage:credential", "ServiceBus:credential",
        // Outside Flex Consumption only.
        "FUNCTIONS_WORKER_RUNTIME",
    ];

    /// <summary>Section and options type of every <c>AddSection&lt;T&gt;</c>.</summary>
    public static IReadOnlyDictionary<string, Type> Sections { get; } = Registrations()
        .Select(match => (Type: TypeOf(match.Groups["type"].Value), Match: match))
        .ToDictionary(
            one => one.Match.Groups["name"] is { Success: true, Value: var name } ? name : (string)one.Type.GetField("Section")!.GetRawConstantValue()!,
            one => one.Type,
            StringComparer.Ordinal);

    /// <summary>Every setting that the router reads; of a dictionary <c>Access:CallerKeys:{name}</c>.</summary>
    public static IReadOnlySet<string> OfTheCode { get; } = new HashSet<string>(
        [.. Flat, .. Sections.SelectMany(section => PropertiesOf(section.Value).Select(property => NameIn(section.Key, property))), .. OfStorage(), .. OfServiceBus()],
        StringComparer.Ordinal);

    /// <summary>Every setting in the README's table.</summary>
    public static IReadOnlySet<string> OfTheReadme { get; } = ReadTable();

    /// <summary>Whether anything reads a setting of this name, as an environment variable writes it: <c>Section__Property</c>.</summary>
    public static bool IsRead(string name)
    {
        var key = name.Replace("__", ":", StringComparison.Ordinal);
        return OfTheCode.Contains(key) || OfTheHost.Contains(key) || (EntryOfDictionary().IsMatch(key) && OfTheCode.Contains(EntryOfDictionary().Replace(key, ":{name}")));
    }

    private static IEnumerable<Match> Registrations() => Directory.EnumerateFiles(Path.Combine(Paths.Repository, "src"), "*Registration.cs", SearchOption.AllDirectories)
        .SelectMany(file => Registration().Matches(File.ReadAllText(file)));

    private static Type TypeOf(string name) => Assemblies.SelectMany(assembly => assembly.GetTypes()).Single(type => type.Name == name);

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property is { CanWrite: true, SetMethod.IsPublic: true });

    private static string NameIn(string section, PropertyInfo property) =>
        property.PropertyType == typeof(Dictionary<string, string>) ? $"{section}:{property.Name}:{{name}}" : $"{section}:{property.Name}";

    // These two read a connection in the forms the Functions host knows.
    private static IEnumerable<string> OfStorage() => PropertiesOf(typeof(StorageOptions)).Select(property => property.Name switch
    {
        nameof(StorageOptions.Prefix) => "Storage:Prefix",
        nameof(StorageOptions.ConnectionString) => "AzureWebJobsStorage",
        var name => $"AzureWebJobsStorage:{char.ToLowerInvariant(name[0])}{name[1..]}",
    });

    private static IEnumerable<string> OfServiceBus() => ServiceBusKey()
        .Matches(File.ReadAllText(Path.Combine(Paths.Repository, "src/LlmFunctions.ServiceBus/ServiceBusOptionsBinding.cs")))
        .Select(match => $"ServiceBus:{match.Groups["key"].Value}").Prepend("ServiceBus");

    // | `Health:Break`, `:LongestBreak` | for how long | 5 s, 10 s |
    private static HashSet<string> ReadTable()
    {
        var section = File.ReadAllText(Path.Combine(Paths.Repository, "README.md")).Split("\n## Settings\n")[1].Split("\n## ")[0];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var before = "";
            foreach (var name in Name().Matches(row.Split('|')[1]).Select(match => match.Groups["name"].Value))
            {
                before = name[0] == ':' ? before : name.Split(':')[0];
                if (!names.Add(name[0] == ':' ? before + name : name))
                    throw new InvalidOperationException($"The README lists {name} twice: {row}");
            }
        }

        return names;
    }

    // services.AddSection<HealthOptions>(configuration, "Health");
    [GeneratedRegex("""AddSection<(?<type>\w+)>\(configuration, (?:"(?<name>\w+)"|\w+\.Section)\)""")]
    private static partial Regex Registration();

    // options.ClientId = connection["clientId"];
    [GeneratedRegex("""connection\["(?<key>\w+)"\]""")]
    private static partial Regex ServiceBusKey();

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("(?<=^[^:]+:[^:]+):[^:]+$")]
    private static partial Regex EntryOfDictionary();
}
