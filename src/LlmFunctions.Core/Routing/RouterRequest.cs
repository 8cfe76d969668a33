using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>One request as the router got it, live or from the queue.</summary>
public sealed record RouterRequest
{
    /// <summary>Unique; goes out as <c>x-llm-request-id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the caller's key.</summary>
    public required string Owner { get; init; }

    public required ModelRequest Call { get; init; }

    /// <summary>The caller's path as it came, such as <c>/v1/chat/completions</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Shortens the model's deadline; null: as the model has it.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What the caller's <c>x-llm-stream</c> says; null: as the model has it.</summary>
    public StreamMode? Stream { get; init; }

    /// <summary>The value of the header that the model's sticky policy names, looked up by it.</summary>
    public required Func<string, string?> Header { get; init; }

    /// <summary>The caller's <c>Idempotency-Key</c>.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What the caller prefers when no answer can be had at once.</summary>
    public CallerPreference Preference { get; init; } = CallerPreference.None;

    /// <summary>Called while nothing is available or the answer is held; keeps a streaming caller's connection alive.</summary>
    public Func<ValueTask>? WhileWaiting { get; init; }

    /// <summary>Told when a queued request is done.</summary>
    public Uri? Callback { get; init; }

    /// <summary>Comes out of the queue: never waits, is never queued again, and its answer is held whole.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Is only explained: takes nothing from the requests that are made, such as a turn.</summary>
    public bool IsDryRun { get; init; }
}
