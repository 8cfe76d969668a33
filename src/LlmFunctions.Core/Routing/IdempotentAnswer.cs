using System.Buffers;
using System.Runtime.CompilerServices;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Routing;

/// <summary>Keeps the answer of one request under its idempotency key: a whole one before the caller sees it, a stream before its end. What cannot
/// be kept frees the key; the caller gets its answer all the same.</summary>
/// <param name="claim">On the key.</param>
/// <param name="ledger">Keeps the answer.</param>
/// <param name="longest">Bytes of a stream that are held to be kept.</param>
/// <param name="logger">Told what was not kept.</param>
internal sealed partial class IdempotentAnswer(KeyClaim claim, IRequestLedger ledger, int longest, ILogger logger) : IAsyncDisposable
{
    /// <summary>The lease number under which answers of live requests are stored; queued ones count from 1.</summary>
    public const int LiveLease = 0;

    private EndpointAnswer? _inner;

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

    /// <summary>A stream that was not relayed to its sound end frees the key.</summary>
    public async ValueTask DisposeAsync()
    {
        await claim.DisposeAsync();
        if (_inner is not null)
            await _inner.DisposeAsync();
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync(
        EndpointAnswer answer, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArrayBufferWriter<byte>? whole = new(16 * 1024);
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            if (whole is not null && chunk.Length > longest - whole.WrittenCount)
            {
                whole = null;
                await GiveUpAsync();
            }

            whole?.Write(chunk.Span);
            // The end goes out once the answer is kept: who saw it finds the answer again.
            if (whole is not null && answer.IsEnding)
            {
                await StoreAsync(new StoredResponse(answer.StatusCode, answer.Headers, whole.WrittenMemory));
                whole = null;
            }

            yield return chunk;
        }

        if (whole is not null && !answer.IsBroken)
            await StoreAsync(new StoredResponse(answer.StatusCode, answer.Headers, whole.WrittenMemory));
    }

    private Task GiveUpAsync()
    {
        LogTooLong(claim.RequestId, longest);
        return claim.ReleaseAsync();
    }

    private async Task StoreAsync(StoredResponse response)
    {
        try
        {
            await ledger.WriteAnswerAsync(claim.RequestId, LiveLease, response, CancellationToken.None);
            // Twins of the request that has the key by now get the other answer: nobody would find this one.
            if (!await claim.MarkAnsweredAsync())
                await ledger.RemoveAnswerAsync(claim.RequestId, LiveLease, CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            LogNotKept(claim.RequestId, e.Message);
            await claim.ReleaseAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer of request {Id} could not be kept under its idempotency key: {Reason}")]
    private partial void LogNotKept(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer of request {Id} is longer than {Longest} bytes and not kept under its idempotency key.")]
    private partial void LogTooLong(string id, int longest);
}
