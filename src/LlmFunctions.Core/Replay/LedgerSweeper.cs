using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Looks after unfinished requests: sends messages that are missing, frees requests whose runner died, lets others expire, repeats
/// callbacks, and removes what was kept long enough. Several instances may sweep at once; every change goes by the row's ETag.</summary>
public sealed partial class LedgerSweeper
{
    private const int Page = 100;
    private const int AtOnce = 8;
    private static readonly TimeSpan BrokenPause = TimeSpan.FromHours(1);

    private readonly IRequestLedger _ledger;
    private readonly RequestTransitions _transitions;
    private readonly CallbackSender _callbacks;
    private readonly IdempotencySweeper _keys;
    private readonly ReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<LedgerSweeper> _logger;
    private readonly BacklogAge _backlog;

    internal LedgerSweeper(
        IRequestLedger ledger, RequestTransitions transitions, CallbackSender callbacks, IdempotencySweeper keys, ReplayOptions options, TimeProvider time, Random random, ILogger<LedgerSweeper> logger)
    {
        (_ledger, _transitions, _callbacks, _keys, _options, _time, _random, _logger) = (ledger, transitions, callbacks, keys, options, time, random, logger);
        _backlog = new(ledger, time, logger);
    }

    /// <summary>One sweep over all shards, in an order of its own. Returns how many entries it looked at. A storage that fails ends the sweep; the
    /// next goes on.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var shards = Enumerable.Range(0, _ledger.Shards).ToArray();
        _random.Shuffle(shards);
        var looked = 0;
        try
        {
            foreach (var shard in shards)
                looked += await SweepAsync(shard, cancellationToken);
            await _keys.SweepAsync(cancellationToken);
            await _backlog.TellAsync(cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            LogInterrupted(e.Message);
        }

        return looked;
    }

    private async Task<int> SweepAsync(int shard, CancellationToken cancellationToken)
    {
        var looked = 0;
        while (true)
        {
            var entries = await _ledger.ListDueAsync(shard, _time.GetUtcNow(), Page, cancellationToken);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(entries, parallel, async (entry, token) => await TryLookAsync(entry, token));
            looked += entries.Count;
            if (entries.Count < Page)
                return looked;
        }
    }

    private async Task TryLookAsync(DueRequest entry, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(entry, cancellationToken);
        }
        catch (Exception e) when (e is not (StorageUnavailableException or OperationCanceledException))
        {
            // The edge of the sweep: a row that cannot be read must not hold up those behind it.
            LogBroken(entry.Id, e);
            await _ledger.MoveDueAsync(entry, _time.GetUtcNow() + BrokenPause, cancellationToken);
        }
    }

    private async Task LookAsync(DueRequest entry, CancellationToken cancellationToken)
    {
        var row = await _ledger.ReadAsync(entry.Id, cancellationToken);
        if (row is null)
        {
            // Its body was stored, but it was never accepted.
            await _ledger.PurgeAsync(entry.Id, cancellationToken);
            await _ledger.RemoveDueAsync(entry, cancellationToken);
            return;
        }

        if (row.IsUnfinished && NextLookAt(row) <= _time.GetUtcNow())
            row = await CareAsync(row) ?? row;
        _backlog.Note(row);
        if (row.IsUnfinished)
            await _ledger.MoveDueAsync(entry, Later(NextLookAt(row)), cancellationToken);
        else
            await KeepOrPurgeAsync(row, entry, cancellationToken);
    }

    private static DateTimeOffset NextLookAt(QueuedRequest row) =>
        row is { State: RequestState.Running, LeaseUntil: { } leased } ? leased : row.DueAt;

    private async Task<QueuedRequest?> CareAsync(QueuedRequest row)
    {
        if (row.IsFinished)
            return await _callbacks.TellAsync(row);
        if (row.ExpiresAt <= _time.GetUtcNow())
            return await _transitions.EndAsync(row, RequestState.Expired, "Its time ran out before a deployment returned.");
        LogSentAgain(row.Id, row.State);
        return await _transitions.SendAgainAsync(row);
    }

    private async Task KeepOrPurgeAsync(QueuedRequest row, DueRequest entry, CancellationToken cancellationToken)
    {
        var keepUntil = row.FinishedAt + (row.State == RequestState.Dead ? _options.KeepDead : _options.KeepFinished);
        if (keepUntil > _time.GetUtcNow())
        {
            // Its runner may have died between the row and the list.
            if (row.State == RequestState.Dead)
                await _ledger.SetDeadLetterAsync(row.Id, isDead: true, cancellationToken);
            await _ledger.MoveDueAsync(entry, keepUntil.Value, cancellationToken);
            return;
        }

        if (row.State == RequestState.Dead)
            await _ledger.SetDeadLetterAsync(row.Id, isDead: false, cancellationToken);
        await _ledger.PurgeAsync(row.Id, cancellationToken);
        await _ledger.RemoveDueAsync(entry, cancellationToken);
    }

    // An entry that stayed due would be listed again and again in this very sweep.
    private DateTimeOffset Later(DateTimeOffset lookAt)
    {
        var soon = _time.GetUtcNow() + TimeSpan.FromSeconds(1);
        return lookAt > soon ? lookAt : soon;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Id} was {State} without a runner or a message; it is sent again.")]
    private partial void LogSentAgain(string id, RequestState state);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Id} cannot be looked after and is left alone for an hour")]
    private partial void LogBroken(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep was interrupted: {Reason}")]
    private partial void LogInterrupted(string reason);
}
