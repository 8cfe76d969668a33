namespace LlmFunctions.Core.Health;

/// <summary>Judges whether a standby is needed, from what instances share, so that they agree. A full deployment is no outage,
/// and a half-open circuit is no health.</summary>
internal static class StandbyDemand
{
    // A request waits for so short a throttle; nothing is started for it.
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(2.5);

    public static BetterTiers Judge(EndpointState standby, IReadOnlyCollection<DeploymentState> all, DateTimeOffset now)
    {
        var worst = BetterTiers.Serving;
        foreach (var deployment in standby.Deployments)
        {
            var judged = Judge(deployment, all, now);
            worst = judged > worst ? judged : worst;
        }

        return worst;
    }

    /// <summary>The same for one of its deployments, which is for one model.</summary>
    public static BetterTiers Judge(DeploymentState deployment, IReadOnlyCollection<DeploymentState> all, DateTimeOffset now)
    {
        // An operator wants nothing sent there, so nothing is started for it.
        if (deployment.ToRow().Draining)
            return BetterTiers.Serving;
        var better = all.Where(other => other.Id.Model == deployment.Id.Model && other.Config.Tier < deployment.Config.Tier).ToList();
        return better.Any(state => IsServing(state, now)) ? BetterTiers.Serving
            : better.Any(state => IsComing(state, now)) ? BetterTiers.Coming
            : BetterTiers.Out;
    }

    /// <summary>Whether nobody listens at a standby that is thought to be ready: it died, or somebody stopped it by hand.</summary>
    public static bool IsGone(EndpointState standby) =>
        standby.Deployments.All(state => state.ToRow() is { OpenUntil: not null, LastFailure: FailureKind.Connection });

    private static bool IsServing(DeploymentState state, DateTimeOffset now) =>
        !state.IsStandingBy && state.ToRow() is { OpenUntil: null, Draining: false } row
        && !(row.MisconfiguredUntil > now) && !(row.ThrottledUntil > now + ShortWait);

    private static bool IsComing(DeploymentState state, DateTimeOffset now) =>
        state.IsStandingBy && !state.ToRow().Draining && state.Endpoint.Standby.Row.FailuresAt(now) == 0;
}
