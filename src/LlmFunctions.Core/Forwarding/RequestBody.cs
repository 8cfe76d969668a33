using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>A caller's body, buffered, with the few things the router reads in it and the place of the model's name.</summary>
public sealed record RequestBody
{
    public static RequestBody Empty { get; } = new() { Bytes = default, ContentType = null };

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>As the caller sent it, with the boundary of a multipart body.</summary>
    public required string? ContentType { get; init; }

    /// <summary>The model the caller asked for, or null when the body names none.</summary>
    public string? Model { get; init; }

    /// <summary>Where the model's value lies in <see cref="Bytes"/> (a JSON string with its quotes, a form field's bytes).
    /// Empty at the place where it belongs when the body names none.</summary>
    public Range ModelAt { get; init; }

    /// <summary>The boundary of a multipart body, else null.</summary>
    public string? Boundary { get; init; }

    /// <summary><c>stream: true</c>.</summary>
    public bool IsStreaming { get; init; }

    /// <summary><c>background: true</c>; means something in the Responses API alone.</summary>
    public bool IsBackground { get; init; }

    /// <summary><c>n</c>: how many choices are asked for; 1 when it says nothing.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>How many texts <c>prompt</c> holds; each is answered by <see cref="Choices"/> choices. Means something in completions alone.</summary>
    public int Prompts { get; init; } = 1;

    /// <summary><c>stream_options.include_usage</c>.</summary>
    public bool IncludesUsage { get; init; }

    public string? PreviousResponseId { get; init; }

    /// <summary>Where its value lies in <see cref="Bytes"/>, with its quotes.</summary>
    public Range PreviousResponseIdAt { get; init; }

    /// <summary><c>prompt_cache_key</c>, else <c>user</c>.</summary>
    public string? CacheKey { get; init; }

    /// <summary>The prompt itself (<c>system</c>, <c>messages</c>, <c>input</c> or <c>prompt</c>) as raw JSON.</summary>
    public Range PromptAt { get; init; }

    /// <summary>Bytes of all that the model reads. An image counts whole, which is too much: the estimate only orders deployments.</summary>
    public int PromptLength { get; init; }

    /// <summary><c>max_tokens</c>, <c>max_completion_tokens</c> or <c>max_output_tokens</c>; 0: not named.</summary>
    public int MaxAnswerTokens { get; init; }

    public TokenEstimate Tokens => new(PromptLength / 4, MaxAnswerTokens);
}
