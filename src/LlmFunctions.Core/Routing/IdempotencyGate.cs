using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Routing;

/// <summary>Lets one request pass per owner and <c>Idempotency-Key</c>; its twins get its answer. A failure frees the key.</summary>
public sealed class IdempotencyGate
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Func<RouterRequest, CancellationToken, Task<RouterResult>> _route;
    private readonly IIdempotencyStore _store;
    private readonly IRequestLedger _ledger;
    private readonly KeptAnswerFinder _kept;
    private readonly ForwardingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<IdempotencyGate> _logger;

    /// <param name="route">The way of a request that holds its key, or has none.</param>
    /// <param name="store">Where keys are kept.</param>
    /// <param name="ledger">Where answers and queued requests are kept.</param>
    /// <param name="options">Bounds what is held of a stream.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what could not be kept.</param>
    internal IdempotencyGate(
        Func<RouterRequest, CancellationToken, Task<RouterResult>> route,
        IIdempotencyStore store,
        IRequestLedger ledger,
        ForwardingOptions options,
        TimeProvider time,
        ILogger<IdempotencyGate> logger)
    {
        (_route, _store, _ledger, _kept, _options, _time, _logger) = (route, store, ledger, new(ledger), options, time, logger);
    }

    /// <summary>Routes the request, or gives the answer its key has already.</summary>
    public Task<RouterResult> RouteAsync(RouterRequest request, CancellationToken cancellationToken) =>
        request.IdempotencyKey is { } key ? RouteOnceAsync(request, key, cancellationToken) : _route(request, cancellationToken);

    private async Task<RouterResult> RouteOnceAsync(RouterRequest request, string key, CancellationToken cancellationToken)
    {
        IdempotencyEntry? claimed;
        RouterResult? known;
        try
        {
            (claimed, known) = await ClaimAsync(request, key, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            return new RouterResult.Refused(RouterErrors.KeyNotKept, null);
        }

        return claimed is null ? known! : await RunAsync(request, new(_store, claimed, _time, _logger), cancellationToken);
    }

    /// <summary>Exactly one of the two is set.</summary>
    private async Task<(IdempotencyEntry? Claimed, RouterResult? Known)> ClaimAsync(RouterRequest request, string key, CancellationToken cancellationToken)
    {
        var fingerprint = RequestFingerprint.Of(request);
        var until = _time.GetUtcNow() + LongestWait;
        while (true)
        {
            var now = _time.GetUtcNow();
            var entry = await _store.ReadAsync(request.Owner, key, cancellationToken);
            if (IsHeld(entry, now))
            {
                if (entry!.Fingerprint != fingerprint)
                    return (null, new RouterResult.Refused(RouterErrors.KeyOfAnother, null));
            }
            else if (await FindAnswerAsync(entry, now, cancellationToken) is { } known)
            {
                return (null, entry!.Fingerprint == fingerprint ? known : new RouterResult.Refused(RouterErrors.KeyOfAnother, null));
            }
            // The caller's leaving must not cut the write: the key would be held by nobody.
            else if (await _store.TryWriteAsync(NewEntry(request, key, fingerprint, entry), CancellationToken.None) is { } claimed)
            {
                return (claimed, null);
            }

            if (now >= until)
                return (null, new RouterResult.Refused(RouterErrors.KeyInUse, null));
            await Task.Delay(Look, _time, cancellationToken);
        }
    }

    private static bool IsHeld(IdempotencyEntry? entry, DateTimeOffset now) =>
        entry is { IsDone: false } && entry.LeaseUntil > now && entry.ExpiresAt > now;

    private async Task<RouterResult?> FindAnswerAsync(IdempotencyEntry? entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (entry is null)
            return null;
        if (entry.ExpiresAt > now)
            return await _kept.FindAsync(entry, cancellationToken);

        // Whoever takes the key writes over the only pointer to it.
        if (!entry.IsQueued)
            await _ledger.RemoveAnswerAsync(entry.RequestId, IdempotentAnswer.LiveLease, cancellationToken);
        return null;
    }

    private IdempotencyEntry NewEntry(RouterRequest request, string key, string fingerprint, IdempotencyEntry? before)
    {
        var now = _time.GetUtcNow();
        return new()
        {
            Owner = request.Owner,
            Key = key,
            Fingerprint = fingerprint,
            RequestId = request.Id,
            LeaseUntil = now + KeyClaim.Duration,
            ExpiresAt = now + Kept,
            ETag = before?.ETag,
        };
    }

    private async Task<RouterResult> RunAsync(RouterRequest request, KeyClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _route(request, cancellationToken);
            switch (result)
            {
                case RouterResult.Answered { Answer.StatusCode: < 400 } answered:
                    var keeper = new IdempotentAnswer(claim, _ledger, _options.LongestAnswer, _logger);
                    return answered with { Answer = await keeper.KeepAsync(answered.Answer) };
                case RouterResult.Accepted:
                    await claim.MarkQueuedAsync();
                    return result;
                default:
                    await claim.ReleaseAsync();
                    return result;
            }
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }
    }
}
