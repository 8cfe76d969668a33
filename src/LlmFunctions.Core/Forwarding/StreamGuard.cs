using System.Runtime.CompilerServices;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Relays a stream behind its commit point, event by event. A cut, a stall or an error never looks like a clean end, and a
/// sound end is never missing.</summary>
internal sealed class StreamGuard : IAsyncDisposable
{
    private readonly SseEventReader _events;
    private readonly StreamDialect _dialect;
    private readonly HttpResponseMessage _response;
    private readonly AttemptLease _lease;
    private readonly TimeSpan _idleLimit;
    private readonly TimeSpan _endLimit;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _idle;
    private TimeSpan _silence;

    public StreamGuard(
        SseEventReader events, StreamDialect dialect, HttpResponseMessage response, AttemptLease lease, TimeSpan idleLimit, TimeSpan endLimit, TimeProvider time)
    {
        (_events, _dialect, _response, _lease) = (events, dialect, response, lease);
        (_idleLimit, _endLimit, _time) = (idleLimit, endLimit, time);
        _idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>How the stream broke; null: it did not.</summary>
    public FailureKind? BrokenBy { get; private set; }

    /// <summary>What the caller gets.</summary>
    /// <param name="opening">What was held back until the first content.</param>
    /// <param name="isWhole">Whether the opening holds the stream's end already.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync(
        ReadOnlyMemory<byte> opening, bool isWhole, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Where the endpoint has said its last, a caller that asks again on seeing it must find the place free.
        if (isWhole)
            _lease.Dispose();
        yield return opening;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _idle.Token);
        while (!isWhole)
        {
            var (bytes, isLast) = await NextAsync(either.Token, cancellationToken);
            if (isLast)
                _lease.Dispose();
            if (!bytes.IsEmpty)
                yield return bytes;
            isWhole = isLast;
        }
    }

    public ValueTask DisposeAsync()
    {
        _events.Dispose();
        _response.Dispose();
        _lease.Dispose();
        _idle.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsLast)> NextAsync(CancellationToken token, CancellationToken caller)
    {
        try
        {
            var raw = await ReadAsync(token);
            return raw.IsEmpty ? Ended() : Read(raw);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return _dialect.MissingEnd.IsEmpty
                ? Broken(FailureKind.Timeout, "stream_stalled", $"The endpoint sent no content for {_idleLimit.TotalSeconds:0.#} s.")
                : (_dialect.MissingEnd, true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return _dialect.MissingEnd.IsEmpty ? Cut() : (_dialect.MissingEnd, true);
        }
    }

    /// <summary>Only what is not content, and only while a read is pending, adds to the silence: a slow caller is no stall.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken token)
    {
        var pending = _events.ReadAsync(token);
        if (pending.IsCompleted)
            return await pending;

        var since = _time.GetTimestamp();
        var limit = _dialect.IsFinished ? _endLimit : _idleLimit;
        _idle.CancelAfter(_silence < limit ? limit - _silence : TimeSpan.Zero);
        try
        {
            return await pending;
        }
        finally
        {
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
            _silence += _time.GetElapsedTime(since);
        }
    }

    private (ReadOnlyMemory<byte> Bytes, bool IsLast) Read(ReadOnlyMemory<byte> raw)
    {
        var meaning = _dialect.Read(raw);
        if (meaning == EventMeaning.Content)
            _silence = TimeSpan.Zero;
        if (meaning == EventMeaning.Error)
            Break(FailureKind.Malformed);
        return meaning == EventMeaning.Malformed ? default : (raw, meaning is EventMeaning.End or EventMeaning.Error);
    }

    private (ReadOnlyMemory<byte> Bytes, bool IsLast) Ended()
    {
        if (!_dialect.MissingEnd.IsEmpty)
            return (_dialect.MissingEnd, true);
        return _dialect.MayEndSilently ? (default, true) : Cut();
    }

    private (ReadOnlyMemory<byte> Bytes, bool IsLast) Cut() =>
        Broken(FailureKind.Reset, "stream_cut", "The connection to the endpoint was lost in the middle of the answer.");

    private (ReadOnlyMemory<byte> Bytes, bool IsLast) Broken(FailureKind kind, string code, string message)
    {
        Break(kind);
        return (_dialect.ErrorEvent(code, message + " What came so far is not the whole answer; send the request again."), true);
    }

    private void Break(FailureKind kind)
    {
        BrokenBy = kind;
        _lease.Report(new HealthSignal.Failure(kind));
    }
}
