using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Orders the available deployments of one tier.</summary>
public interface ISelectionPolicy
{
    SelectionPolicyKind Kind { get; }

    /// <summary>Orders alike, but what it orders for gets no request: no turn is taken.</summary>
    ISelectionPolicy DryRun => this;

    /// <summary>Reorders in place, best first.</summary>
    /// <param name="available">At least two deployments of one tier, all available.</param>
    /// <param name="stickyKey">What the request sticks by; only the sticky policy looks.</param>
    void Order(Span<DeploymentState> available, string? stickyKey);
}
