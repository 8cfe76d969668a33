using LlmFunctions.Core.Health;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary>One deployment as an operator sees it.</summary>
/// <param name="Deployment">Such as <c>gpt-4o@east</c>.</param>
/// <param name="Skipped">Why it gets no requests; null: it does.</param>
/// <param name="Until">Until when, if that is known.</param>
/// <param name="InFlight">Attempts in flight from this instance.</param>
/// <param name="LatencyMilliseconds">Peak EWMA of the time to first content.</param>
/// <param name="Health">What instances share about it.</param>
/// <param name="Standby">What they share about its endpoint, when that need not be running; else null.</param>
internal sealed record DeploymentView(
    string Deployment, SkipKind? Skipped, DateTimeOffset? Until, int InFlight, double? LatencyMilliseconds, HealthRow Health, StandbyRow? Standby)
{
    public static DeploymentView Of(DeploymentState state, DateTimeOffset now)
    {
        var skip = state.GetSkipReason(now);
        return new(state.Id.ToString(), skip?.Kind, skip?.Until, state.InFlight, state.Latency?.TotalMilliseconds, state.ToRow(), state.Standby);
    }
}
