using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core;

/// <summary>Warns of settings that nobody reads and whose names are near to known ones. Only a warning: the environment holds names of
/// other programs too.</summary>
internal sealed partial class SettingNameCheck(
    IConfiguration configuration, IEnumerable<KnownSetting> known, ILogger<SettingNameCheck> logger) : IHostedService
{
    /// <summary>Who nobody reads, and which known name is near to it.</summary>
    public IReadOnlyList<(string Name, string Nearest)> Find()
    {
        var names = known.Select(setting => setting.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. from section in configuration.GetChildren()
               where !names.Contains(section.Key)
               let nearest = NearestName.Find(section.Key, names)
               where nearest is not null
               select (section.Key, nearest),
        ];
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, nearest) in Find())
            LogUnknown(name, nearest);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The setting {Name} is read by nobody; did you mean {Nearest}?")]
    private partial void LogUnknown(string name, string nearest);
}
