using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health;

/// <summary>Starts standbys when nothing better is available and stops them when something better is healthy again, each once
/// across all instances. Who calls it is its clock: <see cref="StandbyLoop"/> on every instance, and the timer function.</summary>
public sealed partial class StandbyKeeper
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly DeploymentRegistry _registry;
    private readonly HealthRefresher _refresher;
    private readonly StandbyShare _share;
    private readonly StandbyStart _start;
    private readonly StandbyStop _stop;
    private readonly StandbyWatch _watch;
    private readonly StandbyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StandbyKeeper> _logger;
    private readonly ProbeSchedule<string> _underWay = new();

    internal StandbyKeeper(DeploymentRegistry registry, HealthRefresher refresher, StandbyShare share, StandbyStart start, StandbyStop stop,
        StandbyWatch watch, StandbyOptions options, TimeProvider time, ILogger<StandbyKeeper> logger)
    {
        (_registry, _refresher, _share, _start, _stop, _watch) = (registry, refresher, share, start, stop, watch);
        (_options, _time, _logger) = (options, time, logger);
    }

    /// <summary>One look at every standby, and one step for each that needs one. Waits for them for most of a tick at the longest;
    /// what takes longer goes on beyond that and is not begun twice.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var standbys = _registry.All.Select(state => (state.Endpoint, Config: state.Config.Endpoint))
            .Where(found => found.Config.Standby is not null).DistinctBy(found => found.Endpoint).ToList();
        if (standbys.Count == 0)
            return;
        // An instance that has just begun, or that slept, knows neither what is out nor what others have started.
        await _refresher.EnsureFreshAsync(cancellationToken);
        var now = _time.GetUtcNow();
        _watch.Look(standbys.Select(found => found.Endpoint), _registry.All, _refresher.Age is { } age && age <= Fresh, now);
        // Not under the token of the tick: a hook that was called must be written down.
        var begun = standbys.Where(found => _underWay.TryStart(found.Endpoint.Name, now))
            .Select(found => StepAsync(found.Endpoint, found.Config)).ToList();
        await Task.WhenAll(begun).WaitAsync(_options.Tick * 0.8, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task StepAsync(EndpointState endpoint, EndpointConfig config)
    {
        try
        {
            // Done without the storage: the others should know as soon as it is back.
            if (endpoint.Standby.IsUnsaved)
                await _share.TryWriteAsync(endpoint.Standby, endpoint.Standby.Row, mayBeAlone: false);
            var now = _time.GetUtcNow();
            var better = StandbyDemand.Judge(endpoint, _registry.All, now);
            if (better != BetterTiers.Out)
                await _start.SettleAsync(endpoint);
            if (endpoint.Standby.Row.Phase == StandbyPhase.Starting)
                await _start.ContinueAsync(endpoint, config);
            else if (endpoint.Standby.Row.Phase == StandbyPhase.Stopping)
                await _stop.ContinueAsync(endpoint, config.Standby!, better);
            else if (!StandbyStart.IsDue(endpoint, better, now) || !await _start.TryBeginAsync(endpoint, config))
                await _stop.ConsiderAsync(endpoint, config.Standby!, better);
        }
        catch (Exception e)
        {
            // The edge of the keeper: what is wrong with one standby must not end the others, nor the host.
            LogBroken(endpoint.Name, e);
        }

        _underWay.End(endpoint.Name, default);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The keeper of the standby {Endpoint} is broken")]
    private partial void LogBroken(string endpoint, Exception exception);
}
