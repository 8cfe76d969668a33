using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Power of two choices on the expected wait: the peak EWMA of the time to first content, times what is in
/// flight already. A deployment that was never measured is tried first, so that it will be.</summary>
internal sealed class FastestPolicy(Random random) : ISelectionPolicy
{
    public SelectionPolicyKind Kind => SelectionPolicyKind.Fastest;

    public void Order(Span<DeploymentState> available, string? stickyKey) =>
        PowerOfTwoChoices.Order(available, random, static (one, other) => ExpectedWait(one) <= ExpectedWait(other));

    private static double ExpectedWait(DeploymentState state) =>
        (state.Latency ?? TimeSpan.Zero).TotalMilliseconds * (state.InFlight + 1);
}
