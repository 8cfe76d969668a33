namespace LlmFunctions.Core.Fallback;

/// <summary>The durable record of one queued request: a row of the ledger. Its body and its answer are blobs.</summary>
public sealed record QueuedRequest
{
    /// <summary>Such as <c>req_0198…</c>; safe in table keys and blob names.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the caller's key; nobody else sees the request.</summary>
    public required string Owner { get; init; }

    public required string Model { get; init; }

    /// <summary>The caller's method, such as <c>POST</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The caller's path, such as <c>/v1/chat/completions</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The caller's query with its question mark, or empty.</summary>
    public string Query { get; init; } = "";

    /// <summary>The caller's headers that may reach an endpoint.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body's type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Answered in OpenAI's shape for background responses; replayed with <c>background: false</c>.</summary>
    public bool IsBackgroundResponse { get; init; }

    public RequestState State { get; init; } = RequestState.Queued;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is not executed any more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the sweeper looks at it: then a message should have arrived, or a runner be done.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The n of the newest message, <c>{id}.{n}</c>.</summary>
    public int MessageNumber { get; init; }

    /// <summary>How often the sweeper sent the message again since the last run. The older ones may only have been slow to arrive, so
    /// whichever comes first counts.</summary>
    public int Resent { get; init; }

    /// <summary>How often it was put off because nothing was available.</summary>
    public int Postponed { get; init; }

    /// <summary>How often it failed while its deployments answered others.</summary>
    public int Failures { get; init; }

    /// <summary>How often it was begun; grows with every lease.</summary>
    public int LeaseNumber { get; init; }

    /// <summary>While running: from then on another may take over.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The lease whose answer counts.</summary>
    public int? AnswerLease { get; init; }

    public int? AnswerStatus { get; init; }

    /// <summary>Why it is not done yet, or what ended it.</summary>
    public string? Reason { get; init; }

    /// <summary>The decision of the last run, as JSON.</summary>
    public string? Decision { get; init; }

    public Uri? Callback { get; init; }

    public CallbackState CallbackState { get; init; }

    public int CallbackAttempts { get; init; }

    /// <summary>Opaque; a write succeeds only while it is the stored one. Null: not stored yet.</summary>
    public string? ETag { get; init; }

    public bool IsFinished => State is not (RequestState.Queued or RequestState.Running);

    /// <summary>Whether the sweeper must keep an eye on it.</summary>
    public bool IsUnfinished => !IsFinished || CallbackState == CallbackState.Pending;
}
