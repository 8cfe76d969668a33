namespace LlmFunctions.Simulator;

/// <summary>What a fault must satisfy to make sense.</summary>
internal static class FaultRules
{
    /// <summary>Throws an <see cref="ArgumentException"/> that names everything that is wrong.</summary>
    public static void Check(Fault fault)
    {
        var problems = Problems(fault).ToList();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems));
    }

    private static IEnumerable<string> Problems(Fault fault)
    {
        if (!Enum.IsDefined(fault.Kind))
            yield return $"kind {fault.Kind} does not exist";
        if (fault.Times < 1)
            yield return "times is at least 1";
        if (fault.For <= TimeSpan.Zero)
            yield return "for is longer than zero";
        if (fault.Share is not (null or (> 0 and <= 1)))
            yield return "share is above 0 and at most 1";
        if (fault.Status is not (null or (>= 200 and <= 599)))
            yield return "status is from 200 to 599";
        if (fault.AfterTokens < 0)
            yield return "afterTokens is not negative";
        if (fault.Delay < TimeSpan.Zero)
            yield return "delay is not negative";
        if (fault is { Kind: FaultKind.Status, Status: null })
            yield return "status needs a status";
        if (fault is { Kind: FaultKind.SlowFirstToken, Delay: null })
            yield return "slow-first-token needs a delay";
        if (fault.Kind == FaultKind.Refuse && IsScoped(fault))
            yield return "refuse cannot be limited by model, operation, times or share: a closed port sees no requests";
    }

    private static bool IsScoped(Fault fault) =>
        fault.Model is not null || fault.Operation is not null || fault.Times is not null || fault.Share is not null;
}
