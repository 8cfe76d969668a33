using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>At random in proportion to the weights, each place drawn from those that remain.</summary>
internal sealed class WeightedPolicy(Random random) : ISelectionPolicy
{
    public SelectionPolicyKind Kind => SelectionPolicyKind.Weighted;

    public void Order(Span<DeploymentState> available, string? stickyKey)
    {
        for (var place = 0; place < available.Length - 1; place++)
        {
            var rest = available[place..];
            var drawn = Draw(rest);
            (rest[0], rest[drawn]) = (rest[drawn], rest[0]);
        }
    }

    private int Draw(ReadOnlySpan<DeploymentState> rest)
    {
        var total = 0;
        foreach (var state in rest)
            total += state.Config.Weight;

        var ticket = random.Next(total);
        for (var i = 0; i < rest.Length; i++)
        {
            ticket -= rest[i].Config.Weight;
            if (ticket < 0)
                return i;
        }

        // A reload may have lowered a weight between the two loops.
        return rest.Length - 1;
    }
}
