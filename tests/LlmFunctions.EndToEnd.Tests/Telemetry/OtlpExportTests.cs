using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Telemetry;

/// <summary>What a receiver of OTLP gets of a self-hosted router, and what it costs when there is none.</summary>
public sealed class OtlpExportTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string CallersSpan = "b7ad6b7169203331";

    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan ExportLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Failover_WithAReceiver_ArrivesAsOneTraceBelowTheCallersOwn()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        await using var router = await world.StartProcessAsync(Tiers, Settings(receiver.Address));
        await FailOverAsync(world, router);

        await Eventually.IsTrueAsync(() => Of(receiver).Length >= 4, Patience);
        var spans = Of(receiver);
        var server = Assert.Single(spans, span => span.Kind == OtlpSpan.Server);
        var route = Assert.Single(spans, span => span.Name == "route m");
        var attempts = spans.Where(span => span.Kind == OtlpSpan.Client).ToDictionary(span => span.Name);
        Assert.Equal(4, spans.Length);
        Assert.Equal(["chat m-at-e0", "chat m-at-e1"], attempts.Keys.Order());
        Assert.Equal((CallersSpan, server.SpanId), (server.ParentId, route.ParentId));
        Assert.All(attempts.Values, attempt => Assert.Equal((route.SpanId, "openai"), (attempt.ParentId, attempt.Attributes["gen_ai.provider.name"])));
        Assert.Equal((true, "malformed"), (attempts["chat m-at-e0"].IsError, attempts["chat m-at-e0"].Attributes["error.type"]));
        Assert.Equal((false, "200"), (attempts["chat m-at-e1"].IsError, attempts["chat m-at-e1"].Attributes["llm_router.outcome"]));
        Assert.Equal(("answered", "true", "2"), (route.Attributes["llm_router.result"], route.Attributes["llm_router.failover"], route.Attributes["llm_router.attempts"]));
        Assert.All(spans, span => Assert.Equal("llm-router", span.Service));
    }

    [Fact]
    public async Task Failover_WithAReceiver_ArrivesInTheMetrics()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        await using var router = await world.StartProcessAsync(Tiers, Settings(receiver.Address));
        await FailOverAsync(world, router);

        await Eventually.IsTrueAsync(() => Has(receiver, "llm_router.failover.duration", "s", ("llm_router.model", "m")), Patience);
        Assert.True(Has(receiver, "llm_router.requests", "{request}", ("llm_router.model", "m"), ("llm_router.result", "answered")));
        Assert.True(Has(receiver, "llm_router.attempts", "{attempt}", ("llm_router.deployment", "m@e0"), ("llm_router.outcome", "malformed")));
        Assert.True(Has(receiver, "llm_router.attempts", "{attempt}", ("llm_router.deployment", "m@e1"), ("llm_router.outcome", "200")));
        Assert.True(Has(receiver, "gen_ai.client.operation.duration", "s", ("gen_ai.request.model", "m-at-e0"), ("error.type", "malformed")));
        Assert.True(Has(receiver, "gen_ai.client.token.usage", "{token}", ("gen_ai.request.model", "m-at-e1"), ("gen_ai.token.type", "output")));
        Assert.Contains(receiver.Points, point => point is { Metric: "llm_router.model.available_deployments", Count: 2 } && point.Attributes["llm_router.model"] == "m");
        Assert.Contains(receiver.Points, point => point is { Metric: "llm_router.deployment.in_flight", Count: 0 } && point.Attributes["llm_router.deployment"] == "m@e1");
        Assert.Contains(receiver.Points, point => point.Metric == "llm_router.body.held");
        Assert.Contains(receiver.Points, point => point.Metric == "http.server.request.duration");
        Assert.Contains(receiver.Points, point => point.Metric == "dotnet.process.memory.working_set");
    }

    [Fact]
    public async Task Export_OfARequest_HoldsNothingThatIsTheCallersOwnAndTheEndpointLearnsNothing()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        var settings = new Dictionary<string, string?>(Settings(receiver.Address))
        {
            ["Access:CallerKeys:some-team"] = "env:KEY_OF_TEAM",
            ["KEY_OF_TEAM"] = "a-key-of-a-team",
            ["OTEL_SERVICE_NAME"] = "my-router",
        };
        await using var router = await world.StartProcessAsync(Tiers, settings);
        await FailOverAsync(world, router);

        await Eventually.IsTrueAsync(() => Of(receiver).Length >= 4 && Has(receiver, "llm_router.failover.duration", "s"), Patience);
        Assert.All(receiver.Spans, span => Assert.Equal("my-router", span.Service));
        Assert.DoesNotContain(receiver.Spans, span => span.Attributes.GetValueOrDefault("url.path", "").StartsWith("/health", StringComparison.Ordinal));
        var everything = receiver.Everything;
        Assert.Contains("/v1/chat/completions", everything, StringComparison.Ordinal);
        foreach (var secret in new[] { "a-prompt-of-mine", "a-key-of-a-team", "some-team", "in-the-query", "url.query", "a-bag" })
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);

        foreach (var request in world.Endpoints.Select(endpoint => endpoint.Counters.Total.LastRequest!))
            Assert.Empty(request.Headers.Keys.Intersect(["traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id"], StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(await world.DirectAnswerAsync("a-prompt-of-mine", 1), everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_ReceiverIsDownOrHangs_CostsNoRequestAnything(bool hangs)
    {
        await using var hung = await OtlpReceiver.StartAsync(hangs: true);
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        await using var router = await world.StartProcessAsync(Tiers, Settings(hangs ? hung.Address : $"http://127.0.0.1:{FreePort()}"));
        await router.Http.ChatAsync("the first");
        if (hangs)
            await Eventually.IsTrueAsync(() => hung.Hung >= 2, Patience);

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 50; i++)
            Assert.Equal(200, (await router.Http.ChatAsync($"no. {i}")).Status);
        output.WriteLine($"50 requests in {watch.Elapsed.TotalSeconds:0.00} s");
        // One export alone waits as long for its answer.
        Assert.True(watch.Elapsed < ExportLimit, $"50 requests took {watch.Elapsed}.");

        watch.Restart();
        // The last spans, then the last metrics, 5 s each at most.
        Assert.Equal(0, await router.TerminateAsync(5 * TimeSpan.FromSeconds(10)));
        output.WriteLine($"stopped in {watch.Elapsed.TotalSeconds:0.00} s");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("http://127.0.0.1:9", true)]
    public async Task Start_WithAndWithoutTheVariable_LoadsOpenTelemetryOnlyWithIt(string? receiver, bool isLoaded)
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        await using var router = await world.StartProcessAsync(Tiers, receiver is null ? new Dictionary<string, string?>() : Settings(receiver));
        Assert.Equal(200, (await router.Http.ChatAsync("nobody looks")).Status);
        var loaded = router.LoadedFiles();
        Assert.Contains("LlmFunctions.Core.dll", loaded);
        Assert.Equal(isLoaded, loaded.Any(file => file.StartsWith("OpenTelemetry", StringComparison.Ordinal)));
    }

    private static Dictionary<string, string?> Settings(string receiver) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["Access:AllowAnonymous"] = "true",
    };

    private static async Task FailOverAsync(RouterWorld world, RouterProcess router)
    {
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        using var message = Chats.Message(
            "a-prompt-of-mine", headers: [("traceparent", $"00-{Trace}-{CallersSpan}-01"), ("baggage", "what=a-bag"), ("api-key", "a-key-of-a-team")]);
        message.RequestUri = new Uri($"{message.RequestUri}?what=in-the-query", UriKind.Relative);
        using var response = await router.Http.SendAsync(message);
        var reply = await ChatReply.ReadAsync(response);
        Assert.Equal("e0:malformed, e1:200", reply.Path);
    }

    private static OtlpSpan[] Of(OtlpReceiver receiver) => [.. receiver.Spans.Where(span => span.TraceId == Trace)];

    private static bool Has(OtlpReceiver receiver, string metric, string unit, params (string Name, string Value)[] labels) => receiver.Points.Any(point =>
        point.Metric == metric && point.Unit == unit && point.Count >= 1 && labels.All(label => point.Attributes.GetValueOrDefault(label.Name) == label.Value));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
