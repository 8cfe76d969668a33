using System.Collections.Concurrent;

namespace LlmFunctions.Simulator;

/// <summary>The responses this endpoint made and remembers: the state that ties a conversation to it. Thread-safe.</summary>
internal sealed class StoredResponses
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, StoredResponse> _responses = new();
    private readonly ConcurrentQueue<string> _oldest = new();

    public bool Contains(string id) => _responses.ContainsKey(id);

    /// <summary>Remembers the final state of a response that is whole.</summary>
    public void Add(ResponseDraft draft)
    {
        _responses[draft.Id] = new StoredResponse(draft);
        _oldest.Enqueue(draft.Id);
        if (_oldest.Count > Capacity && _oldest.TryDequeue(out var id))
            _responses.TryRemove(id, out _);
    }

    /// <summary>Retrieve, cancel or delete.</summary>
    public Reply Answer(ApiPath path, string method)
    {
        var id = path.Id!;
        if (method == "DELETE" && path.Operation == "responses/{id}")
        {
            return _responses.TryRemove(id, out _)
                ? Reply.Json(new { id, @object = "response", deleted = true })
                : NotFound(path, id);
        }
        if (!_responses.TryGetValue(id, out var stored))
            return NotFound(path, id);
        if (path.Operation == "responses/{id}")
            return Reply.Json(stored.Retrieve());
        return stored.TryCancel() is { } cancelled
            ? Reply.Json(cancelled)
            : ErrorReply.Of(path.Shape, 400, "invalid_request", "Cannot cancel a synchronous response.");
    }

    private static Reply NotFound(ApiPath path, string id) =>
        ErrorReply.Of(path.Shape, 404, path.Shape == ApiShape.Azure ? "not_found" : null, $"Response with id '{id}' not found.");
}
