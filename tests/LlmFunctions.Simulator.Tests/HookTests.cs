using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Simulator.Tests;

public sealed class HookTests : EndpointTest, IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private SimulatorClient? _control;

    protected override SimulatorOptions Options => new() { BeginsStopped = true, StartDelay = TimeSpan.FromSeconds(30), TimeProvider = _time };

    private SimulatorClient Control => _control ??= new SimulatorClient(Endpoint.ControlAddress);

    public void Dispose() => _control?.Dispose();

    [Fact]
    public async Task StartHook_CalledTwice_ListensAfterItsDelayAndCountsBoth()
    {
        await AssertRefusedAsync();
        using var first = await Control.PostAsync("_simulator/hooks/start", new { });
        _time.Advance(TimeSpan.FromSeconds(20));
        using var second = await Control.PostAsync("_simulator/hooks/start", new { });
        _time.Advance(TimeSpan.FromSeconds(9.9));
        await AssertRefusedAsync();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        using var answer = await Client.GetAsync("health");

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted], [first.StatusCode, second.StatusCode]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((2, 0), (Endpoint.Hooks.Starts, Endpoint.Hooks.Stops));
    }

    [Fact]
    public async Task StopHook_DuringTheStart_ItNeverListens()
    {
        using var started = await Control.PostAsync("_simulator/hooks/start", new { });
        using var stopped = await Control.PostAsync("_simulator/hooks/stop", new { });
        _time.Advance(TimeSpan.FromMinutes(1));

        await AssertRefusedAsync();
        Assert.Equal((1, 1), (Endpoint.Hooks.Starts, Endpoint.Hooks.Stops));
    }

    [Fact]
    public async Task StartHook_AfterAStopOrAKill_ListensAgain()
    {
        await StartAsync();
        using var stopped = await Control.PostAsync("_simulator/hooks/stop", new { });
        await AssertRefusedAsync();
        await StartAsync();
        await Endpoint.StopAsync();
        await AssertRefusedAsync();
        await StartAsync();
        using var answer = await Client.GetAsync("health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Hooks_ToldToFail_FailSoOftenAndDoNothing()
    {
        using var told = await Control.SendAsync(HttpMethod.Put, "_simulator/hooks", new StringContent("""{"times":1,"status":409}"""));
        using var failed = await Control.PostAsync("_simulator/hooks/start", new { });
        _time.Advance(TimeSpan.FromMinutes(1));
        await AssertRefusedAsync();
        await StartAsync();
        var state = await Control.GetJsonAsync("_simulator/hooks");

        Assert.Equal(HttpStatusCode.Conflict, failed.StatusCode);
        Assert.Equal((2, 0, true), ((int)state["starts"]!, (int)state["stops"]!, (bool)state["listening"]!));
    }

    [Theory]
    [InlineData("""{"status":200}""")]
    [InlineData("""{"times":-1}""")]
    [InlineData("""{"count":1}""")]
    public async Task Hooks_ToldNonsense_AreA400(string body)
    {
        using var told = await Control.SendAsync(HttpMethod.Put, "_simulator/hooks", new StringContent(body));

        Assert.Equal(HttpStatusCode.BadRequest, told.StatusCode);
    }

    [Fact]
    public async Task StartHook_AnyMethod_IsRecordedAsItCame()
    {
        using var body = new StringContent("""{"spec":{"replicas":1}}""", Encoding.UTF8, "application/merge-patch+json");
        using var called = await Control.SendAsync(HttpMethod.Patch, "_simulator/hooks/start?v=1", body, ("Authorization", "Bearer t"));

        var call = Endpoint.Hooks.LastCall!;
        Assert.Equal(("PATCH", "?v=1", """{"spec":{"replicas":1}}"""), (call.Method, call.Query, call.BodyText));
        Assert.Equal("Bearer t", call.Headers["Authorization"]);
    }

    private async Task StartAsync()
    {
        using var started = await Control.PostAsync("_simulator/hooks/start", new { });
        _time.Advance(TimeSpan.FromSeconds(30));
    }

    private async Task AssertRefusedAsync() => await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync("health"));
}
