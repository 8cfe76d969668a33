using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Telemetry;
using LlmFunctions.Core.Tests.Health;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>What deployments and probes tell.</summary>
public sealed class StateTelemetryTests : IDisposable
{
    private readonly TelemetryRecorder _recorder = new();
    private readonly string _model = TelemetryRecorder.NewName("model");
    private readonly HealthBench _bench = new();

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public void Circuit_OpensAndCloses_IsCountedOnceEach()
    {
        var state = _bench.HalfOpen(state: _bench.Get($"{_model}@east"));
        _bench.Succeed(state);

        var counted = _recorder.Points("llm_router.circuit.transitions", "llm_router.deployment", $"{_model}@east");
        Assert.Equal([("open", 1d), ("closed", 1d)], counted.Select(one => ((string)one["llm_router.circuit.state"]!, one.Value)));
    }

    [Fact]
    public void Throttle_AskedFor_IsCounted()
    {
        _bench.Report(_bench.Get($"{_model}@east"), new HealthSignal.Throttled(TimeSpan.FromSeconds(7)));
        Assert.Equal(1, Assert.Single(_recorder.Points("llm_router.throttles", "llm_router.deployment", $"{_model}@east")).Value);
    }

    [Fact]
    public async Task Gauges_OfARouter_SayWhatIsInFlightAndAvailableUntilItEnds()
    {
        var (east, west) = (HealthBench.Config($"{_model}@east"), HealthBench.Config($"{_model}@west"));
        _bench.Apply(east, west);
        _bench.Opened(state: _bench.Get(west));
        using var lease = _bench.Get(east).TryBegin(_bench.Now, HealthBench.Limit);
        using (var gauges = new RouterGauges([new DeploymentGauges(_bench.Registry, _bench.Time)]))
        {
            await gauges.StartAsync(CancellationToken.None);
            _recorder.Collect();
            await gauges.StopAsync(CancellationToken.None);
        }

        var inFlight = Assert.Single(_recorder.Points("llm_router.deployment.in_flight", "llm_router.deployment", $"{_model}@east"));
        Assert.Equal((1d, "{attempt}"), (inFlight.Value, inFlight.Unit));
        Assert.Equal(0, Assert.Single(_recorder.Points("llm_router.deployment.in_flight", "llm_router.deployment", $"{_model}@west")).Value);
        Assert.Equal(1, Assert.Single(_recorder.Points("llm_router.model.available_deployments", "llm_router.model", _model)).Value);

        _recorder.Collect();
        Assert.Single(_recorder.Points("llm_router.model.available_deployments", "llm_router.model", _model));
    }

    [Fact]
    public async Task Probe_OfAnEndpoint_TellsNothingOfRequestsOrAttempts()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, """{"model":"gpt-real","data":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""");
        using var bench = new AttemptBench();
        using var connections = new EndpointConnections(new());
        var probe = new EndpointProbeClient(new(new(bench, bench)), connections, TimeProvider.System);
        Assert.IsType<HealthSignal.Success>(await probe.AskAsync(endpoint.Config().Endpoint, CancellationToken.None));
        Assert.IsType<HealthSignal.Success>(await probe.CompleteAsync(endpoint.Config(), CancellationToken.None));

        Assert.DoesNotContain(_recorder.AllSpans, span => Equals(span.GetTagItem("server.port"), endpoint.Address.Port));
        Assert.DoesNotContain(_recorder.AllMeasured, one => Equals(one["server.port"], endpoint.Address.Port));
    }
}
