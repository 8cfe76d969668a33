namespace LlmFunctions.Core.Telemetry;

/// <summary>What is known of an attempt when it begins.</summary>
internal sealed record AttemptLabels
{
    /// <summary><c>chat</c>, <c>text_completion</c>, <c>embeddings</c> …</summary>
    public required string Operation { get; init; }

    /// <summary><c>openai</c>, <c>azure.ai.openai</c> or <c>anthropic</c></summary>
    public required string Provider { get; init; }

    /// <summary>The model's name at the endpoint; null: the request names none.</summary>
    public required string? Model { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    /// <summary><c>gpt-4o@east</c></summary>
    public required string Deployment { get; init; }

    public required int Tier { get; init; }

    /// <summary>Whether it decides about a half-open circuit.</summary>
    public required bool IsTrial { get; init; }

    public required bool IsStreaming { get; init; }

    /// <summary><c>image</c> or <c>speech</c>, where the path says so.</summary>
    public string? OutputType { get; init; }
}
