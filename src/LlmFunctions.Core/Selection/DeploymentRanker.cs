using System.Collections.Frozen;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Orders the deployments of a model: tiers in order, inside a tier the available ones by the model's policy, then
/// the others as the catalog has them.</summary>
public sealed class DeploymentRanker(DeploymentRegistry registry, IEnumerable<ISelectionPolicy> policies, TimeProvider time)
{
    private readonly FrozenDictionary<SelectionPolicyKind, ISelectionPolicy> _policies = policies.ToFrozenDictionary(p => p.Kind);

    /// <summary>All deployments whose kind serves the operation, best first. Empty when none does.</summary>
    public Candidate[] Rank(ModelConfig model, ApiOperation operation, string? stickyKey)
    {
        var now = time.GetUtcNow();
        var candidates = new Candidate[model.Deployments.Count];
        var count = 0;
        foreach (var deployment in model.Deployments)
        {
            if (!deployment.Endpoint.Kind.Serves(operation))
                continue;
            var state = registry.Get(deployment);
            candidates[count++] = new(state, state.GetSkipReason(now));
        }

        Array.Resize(ref candidates, count);
        OrderTiers(candidates, _policies[model.Policy], stickyKey);
        return candidates;
    }

    private static void OrderTiers(Span<Candidate> candidates, ISelectionPolicy policy, string? stickyKey)
    {
        for (int start = 0, end; start < candidates.Length; start = end)
        {
            end = start + 1;
            while (end < candidates.Length && candidates[end].State.Config.Tier == candidates[start].State.Config.Tier)
                end++;
            OrderTier(candidates[start..end], policy, stickyKey);
        }
    }

    private static void OrderTier(Span<Candidate> tier, ISelectionPolicy policy, string? stickyKey)
    {
        if (tier.Length == 1)
            return;

        var available = new DeploymentState[tier.Length];
        var skipped = new List<Candidate>();
        var count = 0;
        foreach (var candidate in tier)
        {
            if (candidate.Skip is null)
                available[count++] = candidate.State;
            else
                skipped.Add(candidate);
        }

        if (count > 1)
            policy.Order(available.AsSpan(0, count), stickyKey);
        for (var i = 0; i < count; i++)
            tier[i] = new(available[i], null);
        skipped.CopyTo(tier[count..]);
    }
}
