using System.Collections.Frozen;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Orders the deployments of a model: tiers in order; inside a tier the available ones by the model's policy; behind them those
/// into whose remainders the request would not fit, then the unavailable ones, as the catalog has them. If it fits into none, the policy
/// orders all that are available.</summary>
public sealed class DeploymentRanker(DeploymentRegistry registry, IEnumerable<ISelectionPolicy> policies, TimeProvider time)
{
    private readonly FrozenDictionary<SelectionPolicyKind, ISelectionPolicy> _policies = policies.ToFrozenDictionary(p => p.Kind);

    /// <summary>All deployments whose kind serves the operation, best first. Empty when none does.</summary>
    public Candidate[] Rank(ModelConfig model, ApiOperation operation, string? stickyKey, TokenEstimate size, bool isDryRun = false)
    {
        var now = time.GetUtcNow();
        var candidates = new Candidate[model.Deployments.Count];
        var count = 0;
        foreach (var deployment in model.Deployments)
        {
            if (!deployment.Endpoint.Kind.Serves(operation))
                continue;
            var state = registry.Get(deployment);
            candidates[count++] = new(state, state.GetSkipReason(now), state.GetShortUntil(size, now));
        }

        Array.Resize(ref candidates, count);
        OrderTiers(candidates, isDryRun ? _policies[model.Policy].DryRun : _policies[model.Policy], stickyKey);
        return candidates;
    }

    private static void OrderTiers(Span<Candidate> candidates, ISelectionPolicy policy, string? stickyKey)
    {
        for (int start = 0, end; start < candidates.Length; start = end)
        {
            end = start + 1;
            while (end < candidates.Length && candidates[end].State.Config.Tier == candidates[start].State.Config.Tier)
                end++;
            if (end - start > 1)
                OrderTier(candidates[start..end], policy, stickyKey);
        }
    }

    private static void OrderTier(Span<Candidate> tier, ISelectionPolicy policy, string? stickyKey)
    {
        SortByClass(tier);
        if (tier[0].Skip is not null)
            return;
        var count = 1;
        while (count < tier.Length && ClassOf(tier[count]) == ClassOf(tier[0]))
            count++;
        // Once per tier and request, or a policy that gives turns would skip some.
        if (count > 1)
            OrderByPolicy(tier[..count], policy, stickyKey);
    }

    // By insertion, since it keeps the order of equals, needs no memory, and tiers are short.
    private static void SortByClass(Span<Candidate> tier)
    {
        for (var i = 1; i < tier.Length; i++)
        {
            var candidate = tier[i];
            var place = i;
            for (; place > 0 && ClassOf(tier[place - 1]) > ClassOf(candidate); place--)
                tier[place] = tier[place - 1];
            tier[place] = candidate;
        }
    }

    private static int ClassOf(in Candidate candidate) => candidate switch
    {
        { Skip: not null } => 2,
        { ShortUntil: not null } => 1,
        _ => 0,
    };

    private static void OrderByPolicy(Span<Candidate> candidates, ISelectionPolicy policy, string? stickyKey)
    {
        var states = new DeploymentState[candidates.Length];
        for (var i = 0; i < states.Length; i++)
            states[i] = candidates[i].State;
        policy.Order(states, stickyKey);
        for (var i = 0; i < states.Length; i++)
        {
            var from = i;
            while (candidates[from].State != states[i])
                from++;
            (candidates[i], candidates[from]) = (candidates[from], candidates[i]);
        }
    }
}
