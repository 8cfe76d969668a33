using LlmFunctions.Core.Forwarding.Splicing;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads one endpoint's stream behind its first content, event by event. A cut, a stall or an error never looks like a clean end,
/// and a sound end is never missing.</summary>
internal sealed class StreamGuard : IAsyncDisposable
{
    private readonly SseEventReader _events;
    private readonly StreamDialect _dialect;
    private readonly HttpResponseMessage _response;
    private readonly AttemptLease _lease;
    private readonly StreamTranscript? _delivered;
    private readonly TimeSpan _idleLimit;
    private readonly TimeSpan _endLimit;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _idle;
    private CancellationTokenRegistration _leaving;
    private TimeSpan _silence;

    /// <param name="events">The stream, read up to its first content.</param>
    /// <param name="dialect">What has read it so far.</param>
    /// <param name="response">Disposed with this.</param>
    /// <param name="lease">Told how the stream breaks; disposed with this.</param>
    /// <param name="delivered">What the caller has, if another deployment may go on from there.</param>
    /// <param name="limits">The longest silence between two contents, and before a missing end.</param>
    /// <param name="time">Asked for now, and for the timer.</param>
    public StreamGuard(
        SseEventReader events, StreamDialect dialect, HttpResponseMessage response, AttemptLease lease, StreamTranscript? delivered,
        (TimeSpan Idle, TimeSpan End) limits, TimeProvider time)
    {
        (_events, _dialect, _response, _lease, _delivered) = (events, dialect, response, lease, delivered);
        (_idleLimit, _endLimit, _time) = (limits.Idle, limits.End, time);
        _idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>How the stream broke; null: it did not.</summary>
    public StreamBreak? Break { get; private set; }

    /// <summary>The next event, valid until the next call, and whether it is the last. Empty and last: the stream ended without one, or
    /// broke.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Raw, bool IsLast)> ReadAsync(CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        try
        {
            while (true)
            {
                var raw = await ReadEventAsync();
                if (raw.IsEmpty)
                    return _dialect.MayEndSilently ? (default, true) : Cut();
                if (_dialect.Read(raw) is var meaning and not EventMeaning.Malformed)
                    return Read(raw, meaning);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return EndOr(new(FailureKind.Timeout, "stream_stalled", $"The endpoint sent no content for {_idleLimit.TotalSeconds:0.#} s."));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Cut();
        }
    }

    /// <summary>Gives the place in flight back: the endpoint has said its last, and a caller that asks again on seeing that must find it free.</summary>
    public void Release()
    {
        _lease.Observation?.FinishAnswer();
        _lease.Dispose();
    }

    /// <summary>Says that what came is of no use, though the endpoint sent it soundly.</summary>
    public void Reject(string code) => _lease.Observation?.Settle(code, isError: true);

    public async ValueTask DisposeAsync()
    {
        _events.Dispose();
        _response.Dispose();
        _lease.Dispose();
        await _leaving.DisposeAsync();
        _idle.Dispose();
    }

    // A registration per event would be paid for by every event: a stream is read on behalf of one caller.
    private void Watch(CancellationToken cancellationToken)
    {
        if (_leaving.Token == cancellationToken)
            return;
        _leaving.Dispose();
        _leaving = cancellationToken.UnsafeRegister(static idle => ((CancellationTokenSource)idle!).Cancel(), _idle);
    }

    /// <summary>Only what is not content, and only while a read is pending, adds to the silence: a slow caller is no stall.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadEventAsync()
    {
        var pending = _events.ReadAsync(_idle.Token);
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

    private (ReadOnlyMemory<byte> Raw, bool IsLast) Read(ReadOnlyMemory<byte> raw, EventMeaning meaning)
    {
        if (meaning == EventMeaning.Content)
            _silence = TimeSpan.Zero;
        if (meaning == EventMeaning.UnfinishedEnd)
            return BreakOff(new(FailureKind.Malformed, "stream_unfinished", "The endpoint ended the answer before it was finished."));
        if (meaning != EventMeaning.Error)
            return (raw, meaning == EventMeaning.End);
        // Instead of the end alone: like a cut there, it leaves nothing unsaid.
        if (_dialect.IsFinished)
            return (_dialect.MissingEnd, true);

        // What is the caller's to mend is the same everywhere.
        var data = SseEvent.DataOf(raw);
        var isCallers = OutcomeClassifier.IsCallersErrorInside(data);
        return BreakOff(new(isCallers ? null : FailureKind.Malformed, "stream_error", "The endpoint sent an error in the middle of the answer.") { LastEvent = raw.ToArray() });
    }

    private (ReadOnlyMemory<byte> Raw, bool IsLast) Cut() =>
        EndOr(new(FailureKind.Reset, "stream_cut", "The connection to the endpoint was lost in the middle of the answer."));

    /// <summary>All but the end was said: it is added. All but what was asked for beside the text, such as usage: it is added if nobody
    /// can go on.</summary>
    private (ReadOnlyMemory<byte> Raw, bool IsLast) EndOr(StreamBreak broken)
    {
        var end = _dialect.MissingEnd;
        if (end.IsEmpty)
            return BreakOff(broken);
        return _dialect.IsFinished || _delivered is not { IsContinuable: true }
            ? (end, true)
            : BreakOff(broken with { LastEvent = end, IsEnd = true });
    }

    private (ReadOnlyMemory<byte> Raw, bool IsLast) BreakOff(StreamBreak broken)
    {
        Break = broken;
        _lease.Observation?.Settle(broken.Code, isError: true);
        if (broken.Kind is { } kind)
            _lease.Report(new HealthSignal.Failure(kind));
        return (default, true);
    }
}
