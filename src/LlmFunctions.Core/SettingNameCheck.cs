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
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var names = known.Select(setting => setting.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetChildren().Where(section => !names.Contains(section.Key)))
        {
            if (NearestName.Find(section.Key, names) is { } nearest)
                LogUnknown(section.Key, nearest);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The setting {Name} is read by nobody; did you mean {Nearest}?")]
    private partial void LogUnknown(string name, string nearest);
}
