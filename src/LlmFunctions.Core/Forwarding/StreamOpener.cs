using System.Buffers;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Holds a stream back until its first content, so that whatever goes wrong before it fails over unseen.</summary>
internal sealed class StreamOpener(StoredAnswers stored, ForwardingOptions options, TimeProvider time)
{
    public async Task<AttemptOutcome> OpenAsync(ModelRequest request, HttpResponseMessage response, AttemptLease lease, AttemptClock clock)
    {
        var events = new SseEventReader(await response.Content.ReadAsStreamAsync(clock.Token));
        AttemptOutcome? outcome = null;
        try
        {
            outcome = await ReadOpeningAsync(request, response, events, lease, clock);
            return outcome;
        }
        finally
        {
            if (outcome is not AttemptOutcome.Answered { Answer.Chunks: not null })
                events.Dispose();
        }
    }

    private async Task<AttemptOutcome> ReadOpeningAsync(
        ModelRequest request, HttpResponseMessage response, SseEventReader events, AttemptLease lease, AttemptClock clock)
    {
        var dialect = StreamDialect.For(request);
        var held = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var raw = await events.ReadAsync(clock.Token);
            if (raw.IsEmpty)
                return new AttemptOutcome.Failed(FailureKind.Malformed, held.WrittenCount == 0 ? "empty" : "no-content");

            held.Write(raw.Span);
            var meaning = dialect.Read(raw);
            switch (meaning)
            {
                case EventMeaning.Malformed:
                    return new AttemptOutcome.Failed(FailureKind.Malformed, "malformed");
                case EventMeaning.Error:
                    return FromError(SseEvent.DataOf(raw).ToArray(), response);
                case EventMeaning.End when !dialect.EndIsContent:
                    return new AttemptOutcome.Failed(FailureKind.Malformed, "no-content");
                case EventMeaning.Content or EventMeaning.End:
                    clock.Stop();
                    if (dialect.StoredId is { } id)
                        stored.Remember(id, lease.State.Config.Endpoint.Name);
                    var guard = new StreamGuard(events, dialect, response, lease, request.IdleLimit, options.EndLimit, time);
                    var chunks = guard.RelayAsync(held.WrittenMemory, meaning == EventMeaning.End);
                    return request.HoldsWhole
                        ? await HoldAsync(response, guard, chunks, clock.Token)
                        : new AttemptOutcome.Answered(new((int)response.StatusCode, ResponseHeaders.Of(response), chunks, guard, () => guard.BrokenBy is not null));
            }
        }
    }

    private static async Task<AttemptOutcome> HoldAsync(
        HttpResponseMessage response, StreamGuard guard, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken)
    {
        var whole = new ArrayBufferWriter<byte>(16 * 1024);
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
            whole.Write(chunk.Span);
        return guard.BrokenBy is { } kind
            ? new AttemptOutcome.Failed(kind, "broken")
            : new AttemptOutcome.Answered(new((int)response.StatusCode, ResponseHeaders.Of(response), whole.WrittenMemory));
    }

    // A caller's error that came as an event goes on as the status it would have had.
    private static AttemptOutcome FromError(byte[] data, HttpResponseMessage response) =>
        OutcomeClassifier.FromErrorInside(data, () => new EndpointAnswer(
            400,
            [.. ResponseHeaders.Of(response).Where(h => !h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)), new("Content-Type", "application/json")],
            data));
}
