using System.Collections.Concurrent;
using LlmFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>What the log says of a request that no deployment served: the alert "a model is unserved" counts these lines by model and cause.</summary>
public sealed class UnservedLinesTests(AzuriteFixture azurite)
{
    private static readonly int[] One = [0];
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Refused_NothingAvailable_SaysModelAndCause()
    {
        await using var world = await StartAsync();
        var lines = Listen(world);
        await world.Endpoints[0].StopAsync();

        Assert.Equal(503, (await world.Router.Http.ChatAsync("x")).Status);

        var line = await OneAsync(lines, "was refused");
        Assert.Matches(@"^Error: Request req_\w+ for m was refused with 503 no_deployment_available: ", line);
    }

    [Fact]
    public async Task Refused_CallersOwnDeadline_IsNotCalledTheModels()
    {
        await using var world = await StartAsync();
        var lines = Listen(world);
        world.Endpoints[0].Settings.FirstTokenDelay = Long;

        Assert.Equal(504, (await world.Router.Http.ChatAsync("x", headers: ("x-llm-timeout", "0.3"))).Status);

        var line = await OneAsync(lines, "was refused");
        Assert.Matches(@"^Error: Request req_\w+ for m was refused with 504 callers_deadline_exceeded: ", line);
    }

    [Fact]
    public async Task Refused_TheModelsDeadline_SaysSo()
    {
        await using var world = await StartAsync(new() { ["Routing:AnswerWithin"] = "00:00:00.300" });
        var lines = Listen(world);
        world.Endpoints[0].Settings.FirstTokenDelay = Long;

        Assert.Equal(504, (await world.Router.Http.ChatAsync("x")).Status);

        var line = await OneAsync(lines, "was refused");
        Assert.Matches(@"^Error: Request req_\w+ for m was refused with 504 deadline_exceeded: ", line);
    }

    [Theory]
    [InlineData("respond-async", @"^Information: Request req_\w+ for m was queued as its caller asked$")]
    [InlineData("wait=0", @"^Warning: Request req_\w+ for m was queued: no deployment could serve it$")]
    public async Task Queued_SaysWhetherItsCallerAskedForThat(string preference, string expected)
    {
        await using var world = await StartAsync();
        var lines = Listen(world);
        await world.Endpoints[0].StopAsync();

        Assert.Equal(202, (await world.Router.Http.ChatAsync("x", headers: ("Prefer", preference))).Status);

        Assert.Matches(expected, await OneAsync(lines, "was queued"));
    }

    private Task<RouterWorld> StartAsync(Dictionary<string, string?>? settings = null) =>
        RouterWorld.StartAsync(azurite, One, settings: new Dictionary<string, string?>(settings ?? []) { ["Logging:LogLevel:LlmFunctions"] = "Information" });

    private static ConcurrentQueue<string> Listen(RouterWorld world)
    {
        var lines = new Lines();
        world.Router.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        return lines.Written;
    }

    private static async Task<string> OneAsync(ConcurrentQueue<string> lines, string part)
    {
        await Eventually.IsTrueAsync(() => lines.Any(IsIt), Long);
        return Assert.Single(lines, IsIt);

        bool IsIt(string line) => line.Contains(part, StringComparison.Ordinal);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
