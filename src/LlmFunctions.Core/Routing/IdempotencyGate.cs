using System.Security.Cryptography;
using System.Text;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Routing;

/// <summary>Lets one request pass per owner and <c>Idempotency-Key</c>; its twins get its answer. A failure frees the key.</summary>
public sealed class IdempotencyGate
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Func<RouterRequest, CancellationToken, Task<RouterResult>> _route;
    private readonly IIdempotencyStore _store;
    private readonly IRequestLedger _ledger;
    private readonly TimeProvider _time;

    /// <param name="route">The way of a request that holds its key, or has none.</param>
    /// <param name="store">Where keys are kept.</param>
    /// <param name="ledger">Where answers and queued requests are kept.</param>
    /// <param name="time">The clock.</param>
    internal IdempotencyGate(
        Func<RouterRequest, CancellationToken, Task<RouterResult>> route, IIdempotencyStore store, IRequestLedger ledger, TimeProvider time)
    {
        (_route, _store, _ledger, _time) = (route, store, ledger, time);
    }

    /// <summary>Routes the request, or gives the answer its key has already.</summary>
    public Task<RouterResult> RouteAsync(RouterRequest request, CancellationToken cancellationToken) =>
        request.IdempotencyKey is { } key ? RouteOrRefuseAsync(request, key, cancellationToken) : _route(request, cancellationToken);

    private async Task<RouterResult> RouteOrRefuseAsync(RouterRequest request, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await RouteOnceAsync(request, key, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            return new RouterResult.Refused(RouterErrors.KeyNotKept, null);
        }
    }

    private async Task<RouterResult> RouteOnceAsync(RouterRequest request, string key, CancellationToken cancellationToken)
    {
        var fingerprint = FingerprintOf(request);
        var until = _time.GetUtcNow() + LongestWait;
        while (true)
        {
            var now = _time.GetUtcNow();
            var entry = await _store.ReadAsync(request.Owner, key, cancellationToken);
            var isFree = entry is null || entry.ExpiresAt <= now || (!entry.IsDone && entry.LeaseUntil <= now);
            if (!isFree && entry!.Fingerprint != fingerprint)
                return new RouterResult.Refused(RouterErrors.KeyOfAnother, null);
            if (!isFree && entry!.IsDone && await FindAnswerAsync(entry, cancellationToken) is { } known)
                return known;
            if ((isFree || entry!.IsDone) && await _store.TryWriteAsync(Claim(request, key, fingerprint, entry), cancellationToken) is { } claim)
                return await RunAsync(request, claim, cancellationToken);
            if (now >= until)
                return new RouterResult.Refused(RouterErrors.KeyInUse, null);
            await Task.Delay(Look, _time, cancellationToken);
        }
    }

    private IdempotencyEntry Claim(RouterRequest request, string key, string fingerprint, IdempotencyEntry? before)
    {
        var now = _time.GetUtcNow();
        return new()
        {
            Owner = request.Owner,
            Key = key,
            Fingerprint = fingerprint,
            RequestId = request.Id,
            LeaseUntil = now + Lease,
            ExpiresAt = now + Kept,
            ETag = before?.ETag,
        };
    }

    private async Task<RouterResult> RunAsync(RouterRequest request, IdempotencyEntry claim, CancellationToken cancellationToken)
    {
        var lease = new RenewedLease<IdempotencyEntry>(
            claim, (row, until) => _store.TryWriteAsync(row with { LeaseUntil = until }, CancellationToken.None), Lease, _time);
        var keeper = new IdempotentAnswer(_store, _ledger, lease, claim);
        var result = await RouteOrReleaseAsync(request, keeper, cancellationToken);
        switch (result)
        {
            case RouterResult.Answered { Answer.StatusCode: < 400 } answered:
                return answered with { Answer = await keeper.KeepAsync(answered.Answer) };
            case RouterResult.Accepted:
                await keeper.KeepQueuedAsync();
                return result;
            default:
                await keeper.ReleaseAsync();
                return result;
        }
    }

    private async Task<RouterResult> RouteOrReleaseAsync(RouterRequest request, IdempotentAnswer keeper, CancellationToken cancellationToken)
    {
        try
        {
            return await _route(request, cancellationToken);
        }
        catch
        {
            await keeper.ReleaseAsync();
            throw;
        }
    }

    /// <summary>The answer of a finished twin; null when it came to nothing and the key is free.</summary>
    private async Task<RouterResult?> FindAnswerAsync(IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        var lease = IdempotentAnswer.LiveLease;
        if (entry.IsQueued)
        {
            if (await _ledger.ReadAsync(entry.RequestId, cancellationToken) is not { } row
                || (row.IsFinished && row.State != RequestState.Succeeded))
            {
                return null;
            }

            if (row.AnswerLease is null)
                return new RouterResult.Accepted(row, null, Decision.Empty(row.Id, row.Model));
            lease = row.AnswerLease.Value;
        }

        return await _ledger.ReadAnswerAsync(entry.RequestId, lease, cancellationToken) is { } answer
            ? new RouterResult.Answered(new(answer.Status, answer.Headers, answer.Body), Decision.Empty(entry.RequestId, ""))
            : null;
    }

    private static string FingerprintOf(RouterRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Call.Method} {request.Path}{request.Call.Query}\n"));
        hash.AppendData(request.Call.Body.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
