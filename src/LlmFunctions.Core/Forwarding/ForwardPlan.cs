using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Whom to ask for one request, and within which bounds.</summary>
public sealed record ForwardPlan
{
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

    /// <summary>The attempts made before the request waited. They count: all but the first of those to come are extra ones, and who was
    /// silent is not asked again.</summary>
    public IReadOnlyList<AttemptRecord> Earlier { get; init; } = [];

    /// <summary>Everybody who may still answer.</summary>
    public IReadOnlyList<DeploymentState> Everybody => StillAsked(
        Fallbacks is null ? Deployments : [.. Deployments, .. Fallbacks.Value.SelectMany(fallback => fallback.Deployments)]);

    /// <summary>Those of a list that were not silent before.</summary>
    internal IReadOnlyList<DeploymentState> StillAsked(IReadOnlyList<DeploymentState> deployments) => Earlier.Any(attempt => attempt.IsTimeout)
        ? [.. deployments.Where(state => !Earlier.Any(attempt => attempt.IsTimeout && attempt.Deployment == state.Id))]
        : deployments;
}
