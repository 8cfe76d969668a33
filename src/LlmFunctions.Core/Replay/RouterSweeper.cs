using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Everything that is looked after from time to time: unfinished requests at each run; availability, and what was kept long
/// enough, every ten minutes. Every instance may run it.</summary>
public sealed partial class RouterSweeper
{
    private static readonly TimeSpan TidyingInterval = TimeSpan.FromMinutes(10);

    private readonly LedgerSweeper _ledger;
    private readonly AvailabilityTidier _availability;
    private readonly KeptDecisions _decisions;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<RouterSweeper> _logger;
    private DateTimeOffset _nextTidying;

    internal RouterSweeper(LedgerSweeper ledger, AvailabilityTidier availability, KeptDecisions decisions, TimeProvider time, Random random, ILogger<RouterSweeper> logger)
    {
        (_ledger, _availability, _decisions, _time, _random, _logger) = (ledger, availability, decisions, time, random, logger);
    }

    /// <summary>One run. A storage that fails ends it; the next goes on.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await _ledger.RunOnceAsync(cancellationToken);
        if (_time.GetUtcNow() < _nextTidying)
            return;
        // By chance, so that instances that began together do not all do it together: whoever is first leaves nothing to the others.
        _nextTidying = _time.GetUtcNow() + (TidyingInterval * (0.5 + _random.NextDouble()));
        try
        {
            await _availability.RunAsync(cancellationToken);
            await _decisions.PurgeAsync(cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            LogPutOff(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Availability and what was kept long enough are looked after later: {Reason}")]
    private partial void LogPutOff(string reason);
}
