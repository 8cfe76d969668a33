namespace LlmFunctions.Core.Tests.Selection;

/// <summary>One deployment to be ranked.</summary>
internal sealed record RankedPlace(int Tier = 0, int Weight = 1, Condition Condition = Condition.Available);
