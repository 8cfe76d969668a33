using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health;

/// <summary>Stops a standby that is no longer needed: keeps new attempts away, waits for those in flight on every instance, then
/// calls its hook. Never without the storage: another instance might need it.</summary>
internal sealed partial class StandbyStop(StandbyShare share, BoundedHook hooks, TimeProvider time, ILogger<StandbyStop> logger)
{
    // Every instance knows of the stop within a second, and says within another that it has something in flight.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(15);

    /// <summary>Notes since when it is not needed, and begins the stop when that is long enough ago.</summary>
    public async Task ConsiderAsync(EndpointState endpoint, StandbyConfig config, BetterTiers better)
    {
        var (standby, row, now) = (endpoint.Standby, endpoint.Standby.Row, time.GetUtcNow());
        if (config.Stop is null || row.StartedAt is null)
            return;
        var isIdle = better == BetterTiers.Serving;
        if (isIdle != row.IdleSince.HasValue)
            await share.TryWriteAsync(standby, row with { IdleSince = isIdle ? now : null }, mayBeAlone: false);
        else if (row.IdleSince + config.StopAfter <= now && !HasWork(endpoint))
            await BeginAsync(endpoint, now);
    }

    /// <summary>One step on the way; the next comes with the next tick.</summary>
    public async Task ContinueAsync(EndpointState endpoint, StandbyConfig config, BetterTiers better)
    {
        var (standby, row, now) = (endpoint.Standby, endpoint.Standby.Row, time.GetUtcNow());
        if (share.IsTaken(row, now))
        {
            if (HasWork(endpoint) && row.HeldUntil < now + (Hold / 2))
                await share.TryWriteAsync(standby, row with { HeldUntil = now + Hold }, mayBeAlone: false);
            return;
        }

        if (better == BetterTiers.Out || config.Stop is null)
            await GiveUpAsync(endpoint, now);
        else if (now < row.Since + Notice || now < row.HeldUntil || HasWork(endpoint))
            await share.TryTakeAsync(standby, row, now);
        else if (await share.TryRenewAsync(standby, row, now, mayBeAlone: false))
            await CallAsync(endpoint, config.Stop);
    }

    private static bool HasWork(EndpointState endpoint) => endpoint.Deployments.Any(state => state.InFlight > 0);

    private async Task BeginAsync(EndpointState endpoint, DateTimeOffset now)
    {
        if (await share.TryRenewAsync(endpoint.Standby, endpoint.Standby.Row.Enter(StandbyPhase.Stopping, now), now, mayBeAlone: false))
            LogBegun(endpoint.Name);
    }

    // It may be running still, so a start makes sure; that takes no longer than a hook and a probe.
    private async Task GiveUpAsync(EndpointState endpoint, DateTimeOffset now)
    {
        if (await share.TryWriteAsync(endpoint.Standby, endpoint.Standby.Row.Enter(StandbyPhase.Stopped, now), mayBeAlone: true))
            LogGivenUp(endpoint.Name);
    }

    private async Task CallAsync(EndpointState endpoint, HookConfig stop)
    {
        var failure = await hooks.CallAsync(stop);
        var now = time.GetUtcNow();
        var stopped = endpoint.Standby.Row.Enter(StandbyPhase.Stopped, now);
        // A stop that failed is due again when it has been idle for that long once more.
        stopped = failure is null ? stopped with { StartedAt = null, LastError = null } : stopped with { IdleSince = now, LastError = $"the stop hook failed: {failure}" };
        if (!await share.TryWriteAsync(endpoint.Standby, stopped, mayBeAlone: true))
            return;
        if (failure is null)
            LogStopped(endpoint.Name);
        else
            LogFailed(endpoint.Name, failure);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The standby {Endpoint} is not needed any more and is being stopped")]
    private partial void LogBegun(string endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "The standby {Endpoint} was stopped")]
    private partial void LogStopped(string endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "The standby {Endpoint} is needed again and is not stopped")]
    private partial void LogGivenUp(string endpoint);

    [LoggerMessage(Level = LogLevel.Error, Message = "The standby {Endpoint} could not be stopped and goes on running: {Reason}")]
    private partial void LogFailed(string endpoint, string reason);
}
