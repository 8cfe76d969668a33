using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Tells how long the oldest unfinished request has waited, as far as the sweeper has seen one. It is remembered from sweep to sweep,
/// because what stays unread comes up ever less often. Thread-safe.</summary>
internal sealed partial class BacklogAge(IRequestLedger ledger, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private QueuedRequest? _oldest;

    /// <summary>The sweeper has looked at this row.</summary>
    public void Note(QueuedRequest row)
    {
        lock (_lock)
        {
            if (!row.IsFinished && !(_oldest?.CreatedAt < row.CreatedAt))
                _oldest = row;
        }
    }

    /// <summary>Writes one line while there is an unfinished request. Reads one row then, and nothing else.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (Take() is not { } seen || await ledger.ReadAsync(seen.Id, cancellationToken) is not { IsFinished: false } row)
        {
            RouterMetrics.OldestUnfinished.Record(0);
            return;
        }

        Note(row);
        var waited = time.GetUtcNow() - row.CreatedAt;
        RouterMetrics.OldestUnfinished.Record(waited.TotalSeconds);
        LogOldest(row.Id, row.Model, waited.TotalSeconds);
    }

    // A row that cannot be read any more is forgotten like one that is finished.
    private QueuedRequest? Take()
    {
        lock (_lock)
        {
            var seen = _oldest;
            _oldest = null;
            return seen;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The oldest unfinished request, {Id} for {Model}, has waited {Seconds:0} s")]
    private partial void LogOldest(string id, string model, double seconds);
}
