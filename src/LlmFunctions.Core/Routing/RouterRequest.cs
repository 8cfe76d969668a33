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

    /// <summary>Shortens the model's deadline; null: as the model has it.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The value of the header that the model's sticky policy names, looked up by it.</summary>
    public required Func<string, string?> Header { get; init; }
}
