using System.Buffers;
using System.Runtime.CompilerServices;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>Keeps the answer of one request under its idempotency key: a whole one before the caller sees it, a stream before its end.</summary>
internal sealed class IdempotentAnswer(
    IIdempotencyStore store, IRequestLedger ledger, RenewedLease<IdempotencyEntry> lease, IdempotencyEntry claim) : IAsyncDisposable
{
    /// <summary>The lease number under which answers of live requests are stored; queued ones count from 1.</summary>
    public const int LiveLease = 0;

    private EndpointAnswer? _inner;
    private bool _isSettled;

    public async Task<EndpointAnswer> KeepAsync(EndpointAnswer answer)
    {
        if (answer.Chunks is { } chunks)
        {
            _inner = answer;
            return new(answer.StatusCode, answer.Headers, RelayAsync(answer, chunks), this, () => answer.IsBroken);
        }

        await StoreAsync(new StoredResponse(answer.StatusCode, answer.Headers, answer.Body));
        return answer;
    }

    /// <summary>The request is in the ledger: its answer will be found there.</summary>
    public async Task KeepQueuedAsync()
    {
        _isSettled = true;
        if (await lease.StopAsync() is { } entry)
            await store.TryWriteAsync(entry with { IsDone = true, IsQueued = true }, CancellationToken.None);
        await lease.DisposeAsync();
    }

    /// <summary>Frees the key, so that the request may be sent again.</summary>
    public async Task ReleaseAsync()
    {
        _isSettled = true;
        if (await lease.StopAsync() is { } entry)
            await store.RemoveAsync(entry, CancellationToken.None);
        await lease.DisposeAsync();
    }

    /// <summary>A stream that was not relayed to its sound end frees the key.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isSettled)
            await ReleaseAsync();
        if (_inner is not null)
            await _inner.DisposeAsync();
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync(
        EndpointAnswer answer, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var whole = new ArrayBufferWriter<byte>(16 * 1024);
        ReadOnlyMemory<byte> last = default;
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            if (!last.IsEmpty)
                yield return last;
            whole.Write(chunk.Span);
            last = chunk.ToArray();
        }

        // The last event goes out once the answer is kept: who saw the end finds it again.
        if (!answer.IsBroken)
            await StoreAsync(new StoredResponse(answer.StatusCode, answer.Headers, whole.WrittenMemory));
        yield return last;
    }

    private async Task StoreAsync(StoredResponse response)
    {
        _isSettled = true;
        await ledger.WriteAnswerAsync(claim.RequestId, LiveLease, response, CancellationToken.None);
        if (await lease.StopAsync() is { } entry)
            await store.TryWriteAsync(entry with { IsDone = true }, CancellationToken.None);
        await lease.DisposeAsync();
    }
}
