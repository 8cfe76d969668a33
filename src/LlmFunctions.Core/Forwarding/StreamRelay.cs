using System.Runtime.CompilerServices;
using LlmFunctions.Core.Forwarding.Splicing;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What the caller gets of a streamed answer: one deployment's stream and, where it breaks, another's that goes on from there, or
/// an in-band error.</summary>
/// <param name="first">The stream that was begun; disposed with this.</param>
/// <param name="delivered">What the caller has; null: nobody may go on.</param>
/// <param name="goOnAsync">Told of a break; asks the next deployments until one goes on from what the caller has.</param>
/// <param name="time">For the pauses between two signs of life.</param>
internal sealed class StreamRelay(
    OpenStream first, StreamTranscript? delivered, Func<StreamBreak, CancellationToken, Task<AttemptOutcome?>> goOnAsync, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly byte[] Comment = ": another endpoint is asked to go on\n\n"u8.ToArray();

    private readonly CancellationTokenSource _leaving = new();
    private OpenStream _current = first;
    private Task<AttemptOutcome?>? _next;

    /// <summary>Whether it ended with an error instead of its sound end; known once it was read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the chunk that was given last is the sound end.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Enumerate once; each chunk is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var leaving = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _leaving);
        while (true)
        {
            await foreach (var chunk in _current.RelayAsync(cancellationToken))
            {
                IsEnding = _current.IsEnding;
                yield return chunk;
            }

            if (_current.Break is not { } broken)
                yield break;

            // The lost connection and its place in flight are given back before others are asked.
            await _current.DisposeAsync();
            _next = goOnAsync(broken, _leaving.Token);
            while (await Task.WhenAny(_next, Task.Delay(Quiet, time, _leaving.Token)) != _next && !_leaving.IsCancellationRequested)
                yield return Comment;
            var outcome = await _next;
            _next = null;
            cancellationToken.ThrowIfCancellationRequested();
            if (outcome is AttemptOutcome.Answered { Answer.Stream: { } stream })
            {
                _current = stream;
                continue;
            }

            (IsBroken, IsEnding) = (!broken.IsEnd, broken.IsEnd);
            yield return broken.LastEvent.IsEmpty ? _current.ErrorEvent(broken.Code, Explain(broken, outcome)) : broken.LastEvent;
            yield break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        if (_next is not null && await _next is AttemptOutcome.Answered answered)
            await answered.Answer.DisposeAsync();
        await _current.DisposeAsync();
        _leaving.Dispose();
    }

    private string Explain(StreamBreak broken, AttemptOutcome? outcome)
    {
        var why = broken.Kind is null || delivered is null ? ""
            : !delivered.IsContinuable ? " What was begun, such as a tool call, cannot be mixed with another deployment's."
            : outcome is AttemptOutcome.Differs ? " Another deployment gave another answer."
            : " No other deployment could go on with it.";
        return $"{broken.Message}{why} What came so far is not the whole answer; send the request again.";
    }
}
