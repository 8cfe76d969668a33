using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Whom a request may still be sent to: the deployments of the model it names, then those of the fallback models. Used by one
/// request only.</summary>
internal sealed class ForwardCandidates(ForwardPlan plan)
{
    private IReadOnlyList<DeploymentState> _asked = plan.StillAsked(plan.Deployments);
    private IReadOnlyList<FallbackModel>? _fallbacks;
    private int _refusedTokens;

    private IReadOnlyList<FallbackModel> Fallbacks => _fallbacks ??=
        [.. (plan.Fallbacks?.Value ?? []).Select(fallback => fallback with { Deployments = plan.StillAsked(fallback.Deployments) })];

    /// <summary>Best first; null past the last. The fallback models are ranked when the first of them is looked at.</summary>
    public DeploymentState? At(int index)
    {
        if (index < _asked.Count)
            return _asked[index];
        index -= _asked.Count;
        foreach (var fallback in Fallbacks)
        {
            if (index < fallback.Deployments.Count)
                return fallback.Deployments[index];
            index -= fallback.Deployments.Count;
        }

        return null;
    }

    /// <summary>Only the model that was asked can go on with an answer it began.</summary>
    public void DropFallbacks() => _fallbacks = [];

    /// <summary>A model refused the request itself: none of its deployments would take it.</summary>
    public void Drop(string model)
    {
        if (model == plan.Model.Name)
            _asked = [];
        _fallbacks = [.. Fallbacks.Where(fallback => fallback.Model.Name != model)];
    }

    /// <summary>A model's context was too small: so is any that is declared to be no larger.</summary>
    public void DropUpToContextOf(string model)
    {
        var tokens = model == plan.Model.Name
            ? plan.Model.ContextTokens
            : Fallbacks.FirstOrDefault(fallback => fallback.Model.Name == model)?.Model.ContextTokens;
        _refusedTokens = Math.Max(_refusedTokens, tokens ?? 0);
        Drop(model);
        _fallbacks = [.. Fallbacks.Where(fallback => !(fallback.Model.ContextTokens <= _refusedTokens))];
    }
}
