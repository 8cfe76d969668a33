using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Power of two choices on the attempts in flight: near the balance of a full scan, without its herding.</summary>
internal sealed class LeastBusyPolicy(Random random) : ISelectionPolicy
{
    public SelectionPolicyKind Kind => SelectionPolicyKind.LeastBusy;

    public void Order(Span<DeploymentState> available, string? stickyKey) =>
        PowerOfTwoChoices.Order(available, random, static (one, other) => one.InFlight <= other.InFlight);
}
