using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>Asks endpoints whether they work: each regularly, and each half-open deployment for a trial. Who calls it is
/// its clock: a timer function or <see cref="ProberLoop"/>.</summary>
public sealed partial class EndpointProber
{
    private readonly DeploymentRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ProbingOptions _options;
    private readonly ILogger<EndpointProber> _logger;
    private readonly RegularProbe _regular;
    private readonly CompletionProbe _completion;
    private readonly ProbeSchedule<string> _endpoints = new();
    private readonly ProbeSchedule<DeploymentId> _trials = new();

    public EndpointProber(DeploymentRegistry registry, IEndpointProbe probe, SharedTrials trials, IProbeLedger ledger, IHealthStore store,
        TimeProvider time, IOptions<ProbingOptions> options, ILogger<EndpointProber> logger)
    {
        (_registry, _time, _options, _logger) = (registry, time, options.Value, logger);
        var (bounded, allowance) = (new BoundedProbe(probe, time), new ProbeAllowance(ledger, store, time, options));
        _completion = new(bounded, allowance, trials);
        _regular = new(bounded, _completion, allowance, time);
    }

    /// <summary>One tick: starts what is due and waits for it, for most of a tick at the longest. What takes longer goes on
    /// beyond that and is not started twice.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!_options.Enabled)
            return;
        var now = _time.GetUtcNow();
        var probed = _registry.All.Where(state => state.Config.Endpoint.Probe.Kind != ProbeKind.None && !state.IsStandingBy).ToList();
        // Not under the token of the tick: a tick that ends must not look like an endpoint that fails.
        var started = probed.DistinctBy(state => state.Endpoint)
            .Where(state => _endpoints.TryStart(state.Endpoint.Name, now))
            .Select(state => AskAsync(state.Endpoint, state.Config.Endpoint))
            .Concat(probed.Where(state => state.IsHalfOpen(now) && _trials.TryStart(state.Id, now)).Select(TryAsync))
            .ToList();
        await Task.WhenAll(started).WaitAsync(_options.Tick * 0.8, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task AskAsync(EndpointState endpoint, EndpointConfig config)
    {
        var due = _time.GetUtcNow() + config.Probe.Interval;
        try
        {
            due = await _regular.RunAsync(endpoint, config);
        }
        catch (Exception e)
        {
            // The edge of the prober: what is wrong with one probe must not end the others, nor the host.
            LogBroken(endpoint.Name, e);
        }

        _endpoints.End(endpoint.Name, due);
    }

    private async Task TryAsync(DeploymentState state)
    {
        var decided = false;
        try
        {
            decided = await _completion.RunAsync(state);
        }
        catch (Exception e)
        {
            // The edge of the prober, as above.
            LogBroken(state.Id.ToString(), e);
        }

        _trials.End(state.Id, decided ? default : _time.GetUtcNow() + _options.TrialRetry);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The probe of {Probed} is broken")]
    private partial void LogBroken(string probed, Exception exception);
}
