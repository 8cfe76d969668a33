using LlmFunctions.Core.Health;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary>One deployment as an operator sees it. In flight and latency are this instance's; the rest is shared.</summary>
/// <param name="Deployment">Such as <c>gpt-4o@east</c>.</param>
/// <param name="Skipped">Why it gets no requests; null: it does.</param>
/// <param name="Until">Until when, if that is known.</param>
/// <param name="Circuit">Our own judgement from failures.</param>
/// <param name="ThrottledUntil">Until when the endpoint asked us to stay away; null: it does not.</param>
/// <param name="Misconfigured">A key, a name or a quota is wrong; null: none is.</param>
/// <param name="Draining">An operator took it out.</param>
/// <param name="InFlight">Attempts in flight.</param>
/// <param name="LatencySeconds">Peak EWMA of the time to first content; null before the first success.</param>
/// <param name="LastSuccess">To ten seconds.</param>
/// <param name="Standby">Of its endpoint, when that need not be running; else null.</param>
internal sealed record DeploymentView(
    string Deployment,
    SkipKind? Skipped,
    DateTimeOffset? Until,
    DeploymentView.CircuitLine Circuit,
    DateTimeOffset? ThrottledUntil,
    DeploymentView.MisconfiguredLine? Misconfigured,
    bool Draining,
    int InFlight,
    double? LatencySeconds,
    DateTimeOffset? LastSuccess,
    DeploymentView.StandbyLine? Standby)
{
    public static DeploymentView Of(DeploymentState state, DateTimeOffset now)
    {
        var skip = state.GetSkipReason(now);
        var row = state.ToRow();
        return new(
            state.Id.ToString(),
            skip?.Kind,
            skip?.Until,
            CircuitLine.Of(row, now),
            row.ThrottledUntil > now ? row.ThrottledUntil : null,
            row.MisconfiguredUntil > now ? new(row.MisconfiguredUntil.Value, row.MisconfiguredReason) : null,
            row.Draining,
            state.InFlight,
            state.Latency?.TotalSeconds,
            row.LastSuccess,
            state.Standby is { } standby ? StandbyLine.Of(standby) : null);
    }

    /// <param name="State">Open, half-open once the break is over, else closed.</param>
    /// <param name="OpenUntil">The end of the break; null: closed.</param>
    /// <param name="Breaks">In a row.</param>
    /// <param name="LastFailure">How the attempt failed that opened it.</param>
    /// <param name="ClosedAt">When it last closed; the ramp counts from there.</param>
    /// <param name="TrialUntil">When the lease of the trial under way ends; null: none is under way.</param>
    internal sealed record CircuitLine(
        CircuitState State, DateTimeOffset? OpenUntil, int Breaks, FailureKind? LastFailure, DateTimeOffset? ClosedAt, DateTimeOffset? TrialUntil)
    {
        public static CircuitLine Of(HealthRow row, DateTimeOffset now)
        {
            var state = row.OpenUntil is not { } until ? CircuitState.Closed : until > now ? CircuitState.Open : CircuitState.HalfOpen;
            return new(state, row.OpenUntil, row.Breaks, row.LastFailure, row.ClosedAt, row.TrialId is not null && row.TrialUntil > now ? row.TrialUntil : null);
        }
    }

    internal sealed record MisconfiguredLine(DateTimeOffset Until, string? Reason);

    /// <param name="Phase">Stopped, starting, ready or stopping.</param>
    /// <param name="Since">When the phase began; null: it never was another.</param>
    /// <param name="StartedAt">When its start hook last succeeded; null: nothing of ours is running.</param>
    /// <param name="Failures">Starts in a row that failed.</param>
    /// <param name="NotBefore">Until when no start is begun; null: one may be.</param>
    /// <param name="LastError">Why the last start or stop failed; null once one succeeded.</param>
    /// <param name="IdleSince">Since when it is not needed while it may be running.</param>
    internal sealed record StandbyLine(
        StandbyPhase Phase, DateTimeOffset? Since, DateTimeOffset? StartedAt, int Failures, DateTimeOffset? NotBefore, string? LastError, DateTimeOffset? IdleSince)
    {
        public static StandbyLine Of(StandbyRow row) => new(
            row.Phase, OrNull(row.Since), row.StartedAt, row.Failures, OrNull(row.NotBefore), row.LastError, row.IdleSince);

        private static DateTimeOffset? OrNull(DateTimeOffset time) => time == default ? null : time;
    }
}
