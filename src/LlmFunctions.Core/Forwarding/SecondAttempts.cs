using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Says when a deployment without an available sibling is asked once more.</summary>
internal sealed class SecondAttempts(ForwardingOptions options, TimeProvider time, Random random)
{
    // Those who wait for the end of the same throttle must not all come at its first moment.
    private static readonly TimeSpan Spread = TimeSpan.FromMilliseconds(50);

    /// <summary>The pause before: 100 to 300 ms after a failure that may be passing, until just after a short throttle. Null: it is
    /// not asked again.</summary>
    public TimeSpan? GetPause(DeploymentState state, AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Failed { Kind: FailureKind.Reset or FailureKind.Status, HadBegun: false } =>
            options.SecondAttemptAfter + ((options.SecondAttemptWithin - options.SecondAttemptAfter) * random.NextDouble()),
        AttemptOutcome.Throttled when GetShortWait(state) is { } wait => wait + (Spread * random.NextDouble()),
        _ => null,
    };

    // Asked of the deployment, not of the answer: an earlier throttle may last longer.
    private TimeSpan? GetShortWait(DeploymentState state)
    {
        var now = time.GetUtcNow();
        return state.GetSkipReason(now) switch
        {
            null => TimeSpan.Zero,
            { Kind: SkipKind.Throttled, Until: { } until } when until - now <= options.ShortWait => until - now,
            _ => null,
        };
    }
}
