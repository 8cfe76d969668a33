using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads an endpoint's answer as far as it must be known before the caller sees any of it.</summary>
internal sealed class AnswerReader(StreamOpener streams, StoredAnswers stored, RemainderReader remainders, ForwardingOptions options, TimeProvider time)
{
    // Memory is taken at once only up to here: what is announced need not come.
    private const int LongestAtOnce = 1024 * 1024;

    public Task<AttemptOutcome> ReadAsync(ModelRequest request, HttpResponseMessage response, AttemptLease lease, AttemptClock clock)
    {
        if (remainders.Read(response.Headers) is { } left)
            lease.State.SetRemainders(left);
        if (!response.IsSuccessStatusCode)
            return ReadErrorAsync(request, response, clock);

        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if ("text/event-stream".Equals(mediaType, StringComparison.OrdinalIgnoreCase) || (mediaType is null && request.IsStreaming))
            return streams.OpenAsync(request, response, lease, clock);
        // Only a stream can go on with a stream.
        if (request.Delivered is not null)
            return Task.FromResult<AttemptOutcome>(new AttemptOutcome.Failed(FailureKind.Malformed, "no-stream"));
        return IsJsonDue(request.Path.Operation, mediaType)
            ? ReadJsonAsync(request, response, lease, clock)
            : OpaqueStream.OpenAsync(request, response, lease, clock, options.LongestAnswer, time);
    }

    // Speech is sound, a transcription may be plain text; everything else is JSON, whatever its Content-Type says.
    private static bool IsJsonDue(ApiOperation operation, string? mediaType) => operation switch
    {
        ApiOperation.Speech => false,
        ApiOperation.Transcriptions or ApiOperation.Translations => "application/json".Equals(mediaType, StringComparison.OrdinalIgnoreCase),
        _ => true,
    };

    private async Task<AttemptOutcome> ReadErrorAsync(ModelRequest request, HttpResponseMessage response, AttemptClock clock)
    {
        var answer = await HoldAsync(response, clock);
        var asksForStored = request.Path.StoredId is not null || request.Body.PreviousResponseId is not null;
        return OutcomeClassifier.FromStatus(answer, RetryAfter.Read(response.Headers, time.GetUtcNow()), asksForStored);
    }

    private async Task<AttemptOutcome> ReadJsonAsync(ModelRequest request, HttpResponseMessage response, AttemptLease lease, AttemptClock clock)
    {
        var answer = await HoldAsync(response, clock);
        // What is kept is deleted, or cancelled, without a word.
        if (answer.Body.IsEmpty && request.Path.StoredId is not null)
            return new AttemptOutcome.Answered(answer);
        if (answer.Body.IsEmpty)
            return new AttemptOutcome.Failed(FailureKind.Malformed, "empty");
        if (response.Content.Headers.ContentEncoding.Count > 0)
            return new AttemptOutcome.Answered(answer);

        var isKept = request.Path.Operation == ApiOperation.Responses;
        var json = JsonAnswer.Read(answer.Body.Span, isKept, wantsUsage: lease.Observation is not null);
        if (!json.IsSound)
            return new AttemptOutcome.Failed(FailureKind.Malformed, "malformed");

        // A stored answer that failed is what was asked for.
        if (json.IsError && request.Path.StoredId is null)
            return OutcomeClassifier.FromErrorInside(answer.Body, () => new EndpointAnswer(400, answer.Headers, answer.Body));
        if (isKept && json.Id is { } id)
            stored.Remember(id, new(lease.State.Config.Endpoint.Name, id));
        if (request.Path.StoredId is null)
            lease.Observation?.Describe(json.Model, json.Usage);
        return new AttemptOutcome.Answered(answer);
    }

    private async Task<EndpointAnswer> HoldAsync(HttpResponseMessage response, AttemptClock clock)
    {
        var body = response.Content.Headers.ContentLength switch
        {
            { } length when length > options.LongestAnswer => throw new InvalidDataException("The answer is too long."),
            { } length and <= LongestAtOnce => await ReadKnownAsync(response.Content, (int)length, clock.Token),
            _ => await ReadUnknownAsync(response.Content, clock.Token),
        };
        return new((int)response.StatusCode, ResponseHeaders.Of(response), body);
    }

    private static async Task<byte[]> ReadKnownAsync(HttpContent content, int length, CancellationToken cancellationToken)
    {
        var body = GC.AllocateUninitializedArray<byte>(length);
        await (await content.ReadAsStreamAsync(cancellationToken)).ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    private async Task<byte[]> ReadUnknownAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await content.LoadIntoBufferAsync(options.LongestAnswer, cancellationToken);
        return await content.ReadAsByteArrayAsync(cancellationToken);
    }
}
