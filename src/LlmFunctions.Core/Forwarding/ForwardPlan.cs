using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Whom to ask for one request, and within which bounds.</summary>
public sealed record ForwardPlan
{
    // As long as a circuit's first break.
    private static readonly TimeSpan OwnBreak = TimeSpan.FromSeconds(5);

    /// <summary>Best first; the unavailable ones too, since they may be back before their turn.</summary>
    public required IReadOnlyList<DeploymentState> Deployments { get; init; }

    /// <summary>Whom to ask after them, in order; ranked when the first of them is needed. Null: nobody.</summary>
    public Lazy<IReadOnlyList<FallbackModel>>? Fallbacks { get; init; }

    /// <summary>The limits of the model that is asked, also where a fallback model answers.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>When the answer must have begun.</summary>
    public required DateTimeOffset Deadline { get; init; }

    public required int MaxAttempts { get; init; }

    /// <summary>The request names an answer that one of the endpoints keeps: "not found" asks the next.</summary>
    public bool AsksInTurn { get; init; }

    /// <summary>The attempts made before the request waited. They count: all but the first of those to come are extra ones.</summary>
    public IReadOnlyList<AttemptRecord> Earlier { get; init; } = [];

    /// <summary>Everybody who may still answer, now or later.</summary>
    public IReadOnlyList<DeploymentState> Everybody => StillAsked(
        Fallbacks is null ? Deployments : [.. Deployments, .. Fallbacks.Value.SelectMany(fallback => fallback.Deployments)]);

    /// <summary>Those of a list that an earlier attempt does not rule out for good.</summary>
    internal IReadOnlyList<DeploymentState> StillAsked(IReadOnlyList<DeploymentState> deployments) => Earlier.Any(attempt => attempt.Again == AskAgain.Never)
        ? [.. deployments.Where(state => !Earlier.Any(attempt => attempt.Again == AskAgain.Never && attempt.Deployment == state.Id))]
        : deployments;

    /// <summary>Whether the earlier attempts leave one at that deployment now. A prompt that crashes engines must not crash them anew with
    /// every second it waits: once the attempts are spent, who failed it is asked again after a break of its own, or of the request.</summary>
    internal bool MayAsk(DeploymentState state, DateTimeOffset now)
    {
        if (Earlier.Count < MaxAttempts || Earlier.LastOrDefault(attempt => attempt.Deployment == state.Id) is not { Again: AskAgain.OnceReturned } last
            || !(Earlier[^1].EndedAt + OwnBreak > now))
            return true;
        var row = state.ToRow();
        return row.OpenUntil is not null || row.Generation != last.Generation;
    }
}
