using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>Two at random, the better one first; the rest follow in random order.</summary>
internal static class PowerOfTwoChoices
{
    public static void Order(Span<DeploymentState> available, Random random, Func<DeploymentState, DeploymentState, bool> isBetter)
    {
        random.Shuffle(available);
        if (!isBetter(available[0], available[1]))
            (available[0], available[1]) = (available[1], available[0]);
    }
}
