using System.Text.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary>Lets a conversation go on from a response that the router queued: the endpoint that made it knows it under an id of its own.</summary>
internal sealed class PreviousResponses(QueuedRequests requests)
{
    /// <summary>What was read, with the endpoint's own id in <c>previous_response_id</c> where the caller named the router's. Exactly one of the two
    /// is set, as before.</summary>
    public ValueTask<(RouterRequest? Request, RouterError? Error)> ResolveAsync(
        (RouterRequest? Request, RouterError? Error) read, CancellationToken cancellationToken) =>
        read.Request is { Call.Body.PreviousResponseId: { } previous } request && BackgroundResponses.IsOurs(previous)
            ? FindAsync(request, previous, cancellationToken)
            : new(read);

    private async ValueTask<(RouterRequest? Request, RouterError? Error)> FindAsync(RouterRequest request, string previous, CancellationToken cancellationToken)
    {
        try
        {
            if (BackgroundResponses.RequestOf(previous) is not { } id || await requests.FindAsync(id, request.Owner, cancellationToken) is not { } row)
                return (null, Refuse("previous_response_not_found", $"Previous response with id '{previous}' not found."));
            if (row.State != RequestState.Succeeded || await requests.ReadAnswerAsync(row, cancellationToken) is not { } answer)
                return (null, Refuse("previous_response_not_completed", $"Previous response '{previous}' is {RequestView.StatusOf(row)}. Retrieve it until its status is completed, then send this again."));
            return (WithPrevious(request, (string)JsonNode.Parse(answer.Body.Span)!["id"]!), null);
        }
        catch (StorageUnavailableException e)
        {
            return (null, QueueErrors.Unavailable(e));
        }
    }

    private static RouterRequest WithPrevious(RouterRequest request, string id)
    {
        var body = request.Call.Body;
        var at = body.PreviousResponseIdAt;
        // In its place: a tree of JSON could not hold all that a caller may send, such as a name that is written twice.
        byte[] named = [.. body.Bytes.Span[..at.Start], (byte)'"', .. JsonEncodedText.Encode(id).EncodedUtf8Bytes, (byte)'"', .. body.Bytes.Span[at.End..]];
        var read = JsonBodyReader.Read(named, body.ContentType);
        return request with { Call = request.Call with { Body = read with { IsBackground = body.IsBackground } } };
    }

    private static RouterError Refuse(string code, string message) => new(400, code, message) { Parameter = "previous_response_id", ShouldRetry = false };
}
