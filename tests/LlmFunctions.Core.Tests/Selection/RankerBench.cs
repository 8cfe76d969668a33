using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Selection;
using LlmFunctions.Core.Tests.Health;

namespace LlmFunctions.Core.Tests.Selection;

/// <summary>One model whose deployments <c>e0</c>, <c>e1</c>… are in given states, and its ranker.</summary>
internal sealed class RankerBench
{
    public static readonly TokenEstimate Size = new(1000, 0);

    private readonly HealthBench _health = new();
    private readonly DeploymentRanker _ranker;
    private readonly ModelConfig _model;

    public RankerBench(SelectionPolicyKind policy, Random random, params RankedPlace[] places)
    {
        ISelectionPolicy[] policies =
            [new WeightedPolicy(random), new RoundRobinPolicy(), new LeastBusyPolicy(random), new FastestPolicy(random), new StickyPolicy()];
        _ranker = new(_health.Registry, policies, _health.Time);
        var deployments = places.Select((place, i) => HealthBench.Config($"gpt@e{i}") with { Tier = place.Tier, Weight = place.Weight }).ToList();
        _model = new() { Name = "gpt", Policy = policy, Deployments = [.. deployments.OrderBy(d => d.Tier)] };
        States = [.. deployments.Select(_health.Registry.Get)];
        foreach (var (state, place) in States.Zip(places))
            Put(state, place.Condition);
    }

    /// <summary>In the order of the places.</summary>
    public IReadOnlyList<DeploymentState> States { get; }

    public Candidate[] Rank(string? stickyKey = null, ApiOperation operation = ApiOperation.ChatCompletions, bool isDryRun = false) =>
        _ranker.Rank(_model, operation, stickyKey, Size, isDryRun);

    public DeploymentState First(string? stickyKey = null) => Rank(stickyKey)[0].State;

    public AttemptLease Begin(DeploymentState state) => state.TryBegin(_health.Now, HealthBench.Limit)!;

    public void Put(DeploymentState state, Condition condition)
    {
        switch (condition)
        {
            case Condition.Draining:
                state.SetDraining(true);
                break;
            case Condition.Throttled:
                _health.Report(state, new HealthSignal.Throttled(TimeSpan.FromMinutes(1)));
                break;
            case Condition.Open:
                _health.Opened(state: state);
                break;
            case Condition.Short:
                state.SetRemainders(new(null, new(Size.Prompt - 1, _health.Now.AddMinutes(1)), null, null));
                break;
        }
    }

    public void Advance(TimeSpan by) => _health.Time.Advance(by);
}
