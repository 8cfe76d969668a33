using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>The state of every deployment of the catalog in force; states outlive a reload. Thread-safe.</summary>
/// <param name="time">The clock of all states.</param>
/// <param name="random">Jitter of breaks; states use it concurrently, so <see cref="Random.Shared"/> outside tests.</param>
public sealed partial class DeploymentRegistry(TimeProvider time, Random random, IOptions<HealthOptions> health,
    IOptions<ProbingOptions> probing, ILogger<DeploymentRegistry> logger) : ICatalogObserver
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<DeploymentId, DeploymentState> _states = [];
    private readonly ConcurrentDictionary<string, EndpointState> _endpoints = new(StringComparer.Ordinal);
    private volatile DeploymentState[] _inForce = [];
    private long _statesMade;

    /// <summary>All states, of deployments in the catalog in force.</summary>
    public IReadOnlyCollection<DeploymentState> All => _inForce;

    /// <summary>Grows with every state that begins without knowing what other instances know.</summary>
    internal long StatesMade => Volatile.Read(ref _statesMade);

    internal HealthChanges Changes { get; } = new();

    internal TransitionLog Transitions { get; } = new();

    /// <summary>The state of a deployment, made on first sight: a request may hold an older catalog than the one in force.</summary>
    public DeploymentState Get(DeploymentConfig deployment)
    {
        if (_states.TryGetValue(deployment.Id, out var state))
            return state;
        lock (_lock)
            return _states.GetOrAdd(deployment.Id, _ => Create(deployment));
    }

    /// <summary>Takes over a new catalog: new deployments begin closed, removed ones are forgotten.</summary>
    public void Apply(CatalogConfig catalog)
    {
        lock (_lock)
        {
            var deployments = catalog.Models.Values.SelectMany(model => model.Deployments).ToDictionary(deployment => deployment.Id);
            foreach (var gone in _states.Keys.Where(id => !deployments.ContainsKey(id)))
                _states.TryRemove(gone, out _);
            foreach (var deployment in deployments.Values)
                _states.GetOrAdd(deployment.Id, _ => Create(deployment)).Configure(deployment, EndpointOf(deployment));
            _inForce = [.. deployments.Keys.Select(id => _states[id])];
            foreach (var (name, endpoint) in _endpoints)
            {
                endpoint.Replace([.. _inForce.Where(state => state.Id.Endpoint == name)]);
                if (endpoint.Deployments.Count == 0)
                    _endpoints.TryRemove(name, out _);
            }
        }
    }

    void ICatalogObserver.Adopt(CatalogSnapshot snapshot) => Apply(snapshot.Config);

    internal bool TryGet(DeploymentId id, [MaybeNullWhen(false)] out DeploymentState state) => _states.TryGetValue(id, out state);

    internal void Merge(StandbyRow row)
    {
        if (_endpoints.TryGetValue(row.Endpoint, out var endpoint))
            endpoint.Standby.Merge(row);
    }

    private EndpointState EndpointOf(DeploymentConfig deployment) =>
        _endpoints.GetOrAdd(deployment.Id.Endpoint, name => new EndpointState(name));

    private DeploymentState Create(DeploymentConfig deployment)
    {
        var endpoint = EndpointOf(deployment);
        var state = new DeploymentState(deployment, endpoint, time, random, health.Value, probing.Value.Enabled, OnChanged);
        endpoint.Add(state);
        Interlocked.Increment(ref _statesMade);
        return state;
    }

    private void OnChanged(DeploymentState state, HealthChange change)
    {
        var row = state.ToRow();
        var by = change.HasFlag(HealthChange.Learnt) ? "another instance" : "this instance";
        if (change.HasFlag(HealthChange.Opened))
            LogOpened(state.Id, row.OpenUntil, row.LastFailure, by);
        if (change.HasFlag(HealthChange.Closed))
            LogClosed(state.Id, by);
        if (change.HasFlag(HealthChange.Throttled))
            LogThrottled(state.Id, row.ThrottledUntil);
        if (change.HasFlag(HealthChange.Misconfigured))
            LogMisconfigured(change.HasFlag(HealthChange.Learnt) ? LogLevel.Information : LogLevel.Error, state.Id, row.MisconfiguredUntil, by, row.MisconfiguredReason);
        if (change.HasFlag(HealthChange.Mended))
            LogMended(state.Id, by);
        if (change.HasFlag(HealthChange.Draining))
            LogDraining(state.Id, row.Draining, by);
        Transitions.Add(new(state.Id, change, time.GetUtcNow(), state.FailingSince, row));
        if (change.HasFlag(HealthChange.Learnt))
            return;
        Changes.Add(state.Id);
        Count(state.Id, change);
    }

    private static void Count(DeploymentId deployment, HealthChange change)
    {
        if (change.HasFlag(HealthChange.Opened) && RouterMetrics.CircuitTransitions.Enabled)
            RouterMetrics.CircuitTransitions.Add(1, new(RouterLabels.Deployment, deployment.ToString()), new(RouterLabels.Circuit, "open"));
        if (change.HasFlag(HealthChange.Closed) && RouterMetrics.CircuitTransitions.Enabled)
            RouterMetrics.CircuitTransitions.Add(1, new(RouterLabels.Deployment, deployment.ToString()), new(RouterLabels.Circuit, "closed"));
        if (change.HasFlag(HealthChange.Throttled) && RouterMetrics.Throttles.Enabled)
            RouterMetrics.Throttles.Add(1, new KeyValuePair<string, object?>(RouterLabels.Deployment, deployment.ToString()));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The circuit of {Deployment} opened until {Until}, last failure {Failure}, seen by {By}")]
    private partial void LogOpened(DeploymentId deployment, DateTimeOffset? until, FailureKind? failure, string by);

    [LoggerMessage(Level = LogLevel.Information, Message = "The circuit of {Deployment} closed, seen by {By}")]
    private partial void LogClosed(DeploymentId deployment, string by);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Deployment} asked to be left alone until {Until}")]
    private partial void LogThrottled(DeploymentId deployment, DateTimeOffset? until);

    [LoggerMessage(Message = "{Deployment} is misconfigured and out until {Until}, seen by {By}: {Reason}")]
    private partial void LogMisconfigured(LogLevel level, DeploymentId deployment, DateTimeOffset? until, string by, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Deployment} is no longer misconfigured, seen by {By}")]
    private partial void LogMended(DeploymentId deployment, string by);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Deployment} draining: {Draining}, set on {By}")]
    private partial void LogDraining(DeploymentId deployment, bool draining, string by);
}
