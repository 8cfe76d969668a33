using System.Buffers;
using System.Globalization;
using LlmFunctions.Core.Forwarding.Splicing;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Holds a stream back until its first content, so that whatever goes wrong before it fails over unseen; a stream that goes on
/// for a broken one, until its first content that the caller lacks; a stream that is held, until its end.</summary>
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
        // What is fetched again was used before.
        dialect.Observation = request.Path.StoredId is null ? lease.Observation : null;
        var splicer = request.Delivered?.Continue();
        var held = new ArrayBufferWriter<byte>(1024);
        for (var isFirst = true; ; isFirst = false)
        {
            var raw = await events.ReadAsync(clock.Token);
            if (raw.IsEmpty)
                return new AttemptOutcome.Failed(FailureKind.Malformed, isFirst ? "empty" : "no-content");

            var meaning = dialect.Read(raw);
            if (meaning == EventMeaning.Malformed)
                return new AttemptOutcome.Failed(FailureKind.Malformed, "malformed");
            if (meaning == EventMeaning.Error)
                return FromError(raw, response);
            if (meaning == EventMeaning.UnfinishedEnd || (meaning == EventMeaning.End && !dialect.EndIsContent))
                return new AttemptOutcome.Failed(FailureKind.Malformed, "no-content");

            var step = splicer?.Splice(raw) ?? SpliceStep.Send(raw);
            if (step.Differs)
                return new AttemptOutcome.Differs();
            held.Write(step.Bytes.Span);
            if (meaning == EventMeaning.Nothing)
                continue;

            clock.Stop();
            var guard = new StreamGuard(
                events, dialect, response, lease, request.Delivered ?? dialect.Transcript, (request.IdleLimit, options.EndLimit), time);
            return await BeginAsync(request, response, lease, dialect, new(guard, dialect, splicer, held.WrittenMemory, meaning == EventMeaning.End), clock.Token);
        }
    }

    private async Task<AttemptOutcome> BeginAsync(
        ModelRequest request, HttpResponseMessage response, AttemptLease lease, StreamDialect dialect, OpenStream stream, CancellationToken cancellationToken)
    {
        // Its beginning was sound. What is held or swallowed from here on may take long, and can only add a failure.
        lease.Report(new HealthSignal.Success(time.GetUtcNow() - lease.Began));
        var (status, headers) = ((int)response.StatusCode, ResponseHeaders.Of(response));
        lease.Observation?.BeginAnswer(status.ToString(CultureInfo.InvariantCulture));
        if (request.Delivered is not null)
            await stream.CatchUpAsync(cancellationToken);
        var answer = request.HoldsWhole
            ? new EndpointAnswer(status, headers, await HoldAsync(stream, cancellationToken))
            : new EndpointAnswer(status, headers, stream, dialect.Transcript);
        if (stream.Break is not null)
        {
            return stream.Break switch
            {
                { Kind: { } kind, Code: var code } => new AttemptOutcome.Failed(kind, code) { HadBegun = true },
                { LastEvent: { IsEmpty: false } error } => FromError(error, response),
                _ => new AttemptOutcome.Differs(),
            };
        }

        // The endpoint that is about to finish it is the one that will keep it.
        if (dialect.StoredId is { } id)
            stored.Remember(request.Delivered?.StoredId ?? id, new(lease.State.Config.Endpoint.Name, id));
        return new AttemptOutcome.Answered(answer);
    }

    private async Task<ReadOnlyMemory<byte>> HoldAsync(OpenStream stream, CancellationToken cancellationToken)
    {
        var whole = new ArrayBufferWriter<byte>(16 * 1024);
        await foreach (var chunk in stream.RelayAsync(cancellationToken))
        {
            if (chunk.Length > options.LongestAnswer - whole.WrittenCount)
                throw new InvalidDataException("The answer is too long.");
            whole.Write(chunk.Span);
        }

        return whole.WrittenMemory;
    }

    // A caller's error that came as an event goes on as the status it would have had.
    private static AttemptOutcome FromError(ReadOnlyMemory<byte> raw, HttpResponseMessage response)
    {
        var data = SseEvent.DataOf(raw).ToArray();
        return OutcomeClassifier.FromErrorInside(data, () => new EndpointAnswer(
            400,
            [.. ResponseHeaders.Of(response).Where(h => !h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)), new("Content-Type", "application/json")],
            data));
    }
}
