using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Replay;
using LlmFunctions.Core.Tests.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>What the fallback queue tells.</summary>
public sealed class QueueTelemetryTests : IDisposable
{
    private readonly TelemetryRecorder _recorder = new();
    private readonly string _model = TelemetryRecorder.NewName("model");
    private readonly ReplayBench _bench = new();

    public void Dispose()
    {
        _recorder.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task Queue_ARequest_IsCounted()
    {
        var queuer = new RequestQueuer(new FakeRequestLedger(), new FakeFallbackQueue(), new(), new FakeTimeProvider(), NullLogger<RequestQueuer>.Instance);
        var model = new ModelConfig { Name = _model, Deployments = [] };
        await queuer.QueueAsync(Requests.New(model: _model), model, TimeSpan.Zero, isAsked: true, CancellationToken.None);
        Assert.Equal(1, Assert.Single(Points("llm_router.queue.accepted")).Value);
    }

    [Fact]
    public async Task Replay_NothingIsAvailable_IsCountedAsLater()
    {
        await QueueAsync();
        await _bench.ReceiveAsync(1);
        Assert.Equal("later", Assert.Single(Points("llm_router.queue.replays"))["llm_router.replay.ending"]);
        Assert.Empty(Points("llm_router.queue.ended"));
    }

    [Fact]
    public async Task Replay_OlderThanItsTime_IsCountedAsExpired()
    {
        await QueueAsync();
        _bench.Time.Advance(TimeSpan.FromHours(24));
        await _bench.ReceiveAsync(1);
        Assert.Equal("expired", Assert.Single(Points("llm_router.queue.ended"))["llm_router.request.state"]);
    }

    [Theory]
    [InlineData(RequestState.Succeeded, "succeeded")]
    [InlineData(RequestState.Failed, "failed")]
    public async Task Replay_Finished_IsCountedByItsState(RequestState state, string expected)
    {
        await QueueAsync();
        var row = (await _bench.Transitions.TryBeginAsync(_bench.Row, CancellationToken.None))!;
        await _bench.Transitions.EndAsync(row, new ReplayEnding.Finished(state, new StoredResponse(200, [], "{}"u8.ToArray())), null);
        Assert.Equal(expected, Assert.Single(Points("llm_router.queue.ended"))["llm_router.request.state"]);
    }

    private Task QueueAsync() => _bench.QueueAsync(row => row with { Model = _model });

    private IReadOnlyList<Measured> Points(string metric) => _recorder.Points(metric, "llm_router.model", _model);
}
