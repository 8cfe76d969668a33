namespace LlmFunctions.Core.Catalog;

/// <summary>A name callers ask for, and what serves it.</summary>
public sealed record ModelConfig
{
    public required string Name { get; init; }

    /// <summary>In order of tier, then as written.</summary>
    public required IReadOnlyList<DeploymentConfig> Deployments { get; init; }

    public SelectionPolicyKind Policy { get; init; } = SelectionPolicyKind.Weighted;

    /// <summary>The header whose value the <c>sticky</c> policy hashes; null: <c>user</c>, <c>prompt_cache_key</c> or the
    /// prompt's prefix.</summary>
    public string? StickyHeader { get; init; }

    public WhenUnavailable WhenUnavailable { get; init; } = WhenUnavailable.Wait;

    /// <summary>Longest wait for a deployment to return; default 20 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a queued request may wait before it expires unexecuted; default 24 h.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Size of the model's context in tokens; null: not declared.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Catalog models to ask, in order, after the last tier.</summary>
    public IReadOnlyList<string> FallbackModels { get; init; } = [];

    /// <summary>Caller's errors that go on to the fallback models all the same: <c>content_filter</c>.</summary>
    public IReadOnlyList<string> FallbackOn { get; init; } = [];

    /// <summary>Streamed: time within which the first content must come; default 10 s.</summary>
    public TimeSpan FirstTokenLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Not streamed: time within which the whole answer must come; default 60 s.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Streamed: longest silence between two contents; default 20 s.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What happens to a stream that breaks after its first content; default splice. A request may ask for another mode.</summary>
    public StreamMode Stream { get; init; } = StreamMode.Splice;

    /// <summary>Time for the whole request until its answer begins; default 180 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Most attempts for one request, over all deployments; default 4.</summary>
    public int MaxAttempts { get; init; } = 4;
}
