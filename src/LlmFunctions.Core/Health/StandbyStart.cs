using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health;

/// <summary>Starts a standby: takes it, calls its hook, asks until it is ready. Each step ends in the shared row, so that another
/// instance can go on from there. While the storage is out each instance does it alone.</summary>
internal sealed partial class StandbyStart(
    StandbyShare share, BoundedHook hooks, StandbyProbe probe, StandbyIncidents incidents, StandbyOptions options, TimeProvider time, ILogger<StandbyStart> logger)
{
    public static bool IsDue(EndpointState endpoint, BetterTiers better, DateTimeOffset now)
    {
        var row = endpoint.Standby.Row;
        var isDown = row.Phase == StandbyPhase.Stopped || (row.Phase == StandbyPhase.Ready && StandbyDemand.IsGone(endpoint));
        return isDown && better == BetterTiers.Out && now >= row.NotBefore;
    }

    /// <summary>Begins a start. False when another instance was first, or when a standby that looked gone answers after all.</summary>
    public async Task<bool> TryBeginAsync(EndpointState endpoint, EndpointConfig config)
    {
        var standby = endpoint.Standby;
        if (standby.IsReady && await probe.AskAsync(endpoint, config) is null)
            return false;
        var now = time.GetUtcNow();
        var failures = standby.Row.FailuresAt(now);
        var begun = standby.Row.Enter(StandbyPhase.Starting, now) with { Failures = failures, NotBefore = now + options.Pause };
        if (!await share.TryRenewAsync(standby, begun, now, mayBeAlone: true))
            return false;
        LogBegun(endpoint.Name, failures);
        await ContinueAsync(endpoint, config);
        return true;
    }

    /// <summary>One step on the way; the next comes with the next tick.</summary>
    public async Task ContinueAsync(EndpointState endpoint, EndpointConfig config)
    {
        var (standby, now) = (endpoint.Standby, time.GetUtcNow());
        if (share.IsTaken(standby.Row, now) || !await share.TryTakeAsync(standby, standby.Row, now))
            return;
        if (!IsCalled(standby.Row) && !await CallAsync(endpoint, config.Standby!))
            return;

        var answer = await probe.AskAsync(endpoint, config);
        now = time.GetUtcNow();
        // An answer that took longer than the lease: another instance has gone on, maybe to the end.
        if (share.IsTaken(standby.Row, now) || standby.Row.Phase != StandbyPhase.Starting)
            return;
        if (answer is null)
            await FinishAsync(endpoint, now);
        else if (now >= standby.Row.Since + config.Standby!.ReadyWithin)
            await FailAsync(endpoint, $"it was not ready within {config.Standby.ReadyWithin:c}; its last answer was: {answer}", now);
    }

    /// <summary>It is not needed now: that it could not be started harms nobody any more.</summary>
    public async Task SettleAsync(EndpointState endpoint)
    {
        var (row, now) = (endpoint.Standby.Row, time.GetUtcNow());
        if (row.FailingSince is null || share.IsTaken(row, now))
            return;
        if (await share.TryWriteAsync(endpoint.Standby, row with { FailingSince = null }, mayBeAlone: false))
            incidents.End(endpoint, now);
    }

    // Of this start: an earlier one may have called it too.
    private static bool IsCalled(StandbyRow row) => row.StartedAt >= row.Since;

    private async Task<bool> CallAsync(EndpointState endpoint, StandbyConfig config)
    {
        var failure = await hooks.CallAsync(config.Start);
        var now = time.GetUtcNow();
        if (failure is null)
            return await share.TryWriteAsync(endpoint.Standby, endpoint.Standby.Row with { StartedAt = now }, mayBeAlone: true);
        await FailAsync(endpoint, $"the start hook failed: {failure}", now);
        return false;
    }

    private async Task FinishAsync(EndpointState endpoint, DateTimeOffset now)
    {
        var row = endpoint.Standby.Row;
        var ready = row.Enter(StandbyPhase.Ready, now) with { Failures = 0, FailingSince = null, LastError = null };
        if (!await share.TryWriteAsync(endpoint.Standby, ready, mayBeAlone: true))
            return;
        endpoint.NoteEvidence(now);
        if (row.FailingSince is not null)
            incidents.End(endpoint, now);
        LogReady(endpoint.Name, (now - row.Since).TotalSeconds);
    }

    private async Task FailAsync(EndpointState endpoint, string reason, DateTimeOffset now)
    {
        var row = endpoint.Standby.Row;
        var failures = row.Failures + 1;
        var notBefore = now + options.PauseAfter(failures);
        var since = row.FailingSince ?? now;
        var failed = row.Enter(StandbyPhase.Stopped, now) with { Failures = failures, FailingSince = since, NotBefore = notBefore, LastError = reason };
        if (!await share.TryWriteAsync(endpoint.Standby, failed, mayBeAlone: true))
            return;
        incidents.Begin(endpoint, since, reason, now);
        LogFailed(endpoint.Name, failures, notBefore, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing better than the standby {Endpoint} is available: it is being started, after {Failures} starts that failed")]
    private partial void LogBegun(string endpoint, int failures);

    [LoggerMessage(Level = LogLevel.Information, Message = "The standby {Endpoint} is ready, {Seconds:0.0} s after its start began")]
    private partial void LogReady(string endpoint, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The standby {Endpoint} could not be started, {Failures} times in a row; the next start is not before {NotBefore}: {Reason}")]
    private partial void LogFailed(string endpoint, int failures, DateTimeOffset notBefore, string reason);
}
