using System.Net;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>How available deployments and models were, after outages that were really had.</summary>
public sealed class AvailabilityTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string?> Settings = new() { ["Availability:WriteInterval"] = "00:00:01" };

    [Fact]
    public async Task Outage_OfOneDeployment_MatchesTheFormulasAndTheModelWasNeverDown()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        await ChatAsync(world, 5);
        var stopped = TimeProvider.System.GetUtcNow();
        await world.Endpoints[0].StopAsync();
        await Eventually.IsTrueAsync(() => ChatUntilAsync(world, async () => await IncidentAsync(world) is not null), Patience);
        await ChatAsync(world, 20);
        var restarted = TimeProvider.System.GetUtcNow();
        await world.Endpoints[0].RestartAsync();
        await Eventually.IsTrueAsync(() => ChatUntilAsync(world, async () => (await IncidentAsync(world))?["endedAt"] is not null), Patience);
        var ended = TimeProvider.System.GetUtcNow();
        await ChatAsync(world, 5);

        var report = await ReportAsync(world.Router);
        var incident = Assert.Single(report["incidents"]!.AsArray())!;
        Assert.Equal(("m@e0", "Circuit", "connection"), ((string)incident["deployment"]!, (string)incident["kind"]!, (string)incident["cause"]!));
        Assert.InRange(incident["startedAt"]!.GetValue<DateTimeOffset>(), stopped, restarted);
        Assert.InRange(incident["endedAt"]!.GetValue<DateTimeOffset>(), restarted, ended);

        var (e0, e1) = (Deployment(report, 0), Deployment(report, 1));
        var (up, down) = ((double)e0["upSeconds"]!, (double)e0["downSeconds"]!);
        output.WriteLine($"m@e0 was up {up:0.000} s and down {down:0.000} s: {(double)e0["availability"]!:0.0000}.");
        Assert.Equal((double)incident["seconds"]!, down, 2);
        Assert.Equal(up / (up + down), (double)e0["availability"]!, 9);
        Assert.Equal(-Math.Log10(down / (up + down)), (double)e0["nines"]!, 9);
        Assert.Equal((1, down, up), ((int)e0["incidents"]!, (double)e0["mttrSeconds"]!, (double)e0["mtbfSeconds"]!));
        Assert.Equal(0, (double)e1["downSeconds"]!);

        var model = Assert.Single(report["models"]!.AsArray())!;
        Assert.Equal((1, 1), ((double)model["availability"]!, (double)model["requests"]!["successRate"]!));
        Assert.Equal((double)e0["availability"]!, (double)model["alone"]![0]!["availability"]!, 9);
        var failover = model["failover"]!;
        output.WriteLine($"Failovers: {failover.ToJsonString()}");
        Assert.True((long)failover["count"]! >= 3);
        Assert.InRange((double)failover["p99Seconds"]!, (double)failover["p50Seconds"]!, (double)failover["maxSeconds"]!);
    }

    [Fact]
    public async Task Outage_OfEveryDeployment_TheModelIsDownAndRequestsAreCounted()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        await ChatAsync(world, 10);
        foreach (var endpoint in world.Endpoints)
            await endpoint.StopAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await world.Router.Http.ChatAsync("down");
                return (double)Model(await ReportAsync(world.Router))["downSeconds"]! > 0.2;
            },
            Patience);

        var model = Model(await ReportAsync(world.Router));
        var (answered, unanswered) = ((long)model["requests"]!["answered"]!, (long)model["requests"]!["unanswered"]!);
        Assert.Equal(10, answered);
        Assert.True(unanswered > 0);
        Assert.Equal(answered / (double)(answered + unanswered), (double)model["requests"]!["successRate"]!, 9);
        Assert.Equal(1, (int)model["incidents"]!);
        Assert.True((double)model["availability"]! < 1);
    }

    [Fact]
    public async Task Incident_OpenWhenItsRouterStops_IsEndedByAnotherAndTheHourIsNotLost()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        var first = await world.AddRouterAsync(Tiers, settings: Settings);
        for (var i = 0; i < 5; i++)
            await first.Http.ChatAsync($"first {i}");
        await world.Endpoints[0].StopAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await first.Http.ChatAsync("failing");
                return await IncidentAsync(world) is not null;
            },
            Patience);
        await first.StopAsync();
        await world.Endpoints[0].RestartAsync();
        await Eventually.IsTrueAsync(() => ChatUntilAsync(world, async () => (await IncidentAsync(world))?["endedAt"] is not null), Patience);

        var model = Model(await ReportAsync(world.Router));
        Assert.True((long)model["requests"]!["answered"]! >= 8, "What the first router counted is gone.");
        Assert.True((long)model["failover"]!["count"]! >= 3);
    }

    [Fact]
    public async Task StorageIsOut_TheIncidentIsRecordedAfterwardsAsItWas()
    {
        await using var proxy = new TcpProxy(azurite.TablePort);
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings, storage: azurite.WithPorts(table: proxy.Port));
        await ChatAsync(world, 5);
        proxy.Mode = ProxyMode.Refuse;
        await world.Endpoints[0].StopAsync();
        await Eventually.IsTrueAsync(() => ChatUntilAsync(world, async () => await world.SkippedAsync(0) == "CircuitOpen"), Patience);
        var opened = TimeProvider.System.GetUtcNow();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(world.Router, "")).Status);

        proxy.Mode = ProxyMode.Forward;
        await Eventually.IsTrueAsync(
            async () => (await AskAsync(world.Router, "")).Status == HttpStatusCode.OK && await IncidentAsync(world) is not null, Patience);
        Assert.True((await IncidentAsync(world))!["startedAt"]!.GetValue<DateTimeOffset>() <= opened);
    }

    [Theory]
    [InlineData("?format=csv", null)]
    [InlineData("", "text/csv")]
    [InlineData("?by=hour", "application/json;q=0.3, text/csv;q=0.9")]
    public async Task Csv_AskedForEitherWay_HasALineForEach(string query, string? accept)
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        await ChatAsync(world, 2);
        var (status, body, type) = await AskAsync(world.Router, query, accept);
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (status, type));
        var lines = body.Split("\r\n");
        Assert.StartsWith("from,to,kind,name,availability,nines,", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(",deployment,m@e0,1,,", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(",model,m,1,,", StringComparison.Ordinal) && line.EndsWith(",2,0,0,0,1,0,,,,", StringComparison.Ordinal));
        Assert.All(lines[..^1], line => Assert.Equal(26, line.Split(',').Length));
    }

    [Fact]
    public async Task BadInput_IsA400ThatNamesIt()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        var (status, body, _) = await AskAsync(world.Router, "?from=yesterday");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("from", (string)JsonNode.Parse(body)!["error"]!["param"]!);
    }

    [Fact]
    public async Task PastWithoutRouter_IsEmpty()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
        var (status, body, _) = await AskAsync(world.Router, $"?from={yesterday.AddDays(-1):yyyy-MM-dd}&to={yesterday:yyyy-MM-ddTHH:mm:ss}Z");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(JsonNode.Parse(body)!["incidents"]!.AsArray());
    }

    [Fact]
    public async Task CallersKey_IsNotEnough()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        using var response = await world.Router.Http.GetAsync(new Uri("/manage/availability", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static async Task ChatAsync(RouterWorld world, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(200, (await world.Router.Http.ChatAsync($"live {i}")).Status);
            await Task.Delay(20);
        }
    }

    private static async Task<bool> ChatUntilAsync(RouterWorld world, Func<Task<bool>> condition)
    {
        await ChatAsync(world, 1);
        return await condition();
    }

    private static JsonNode Model(JsonNode report) => Assert.Single(report["models"]!.AsArray())!;

    private static JsonNode Deployment(JsonNode report, int endpoint) =>
        report["deployments"]!.AsArray().Single(one => (string)one!["deployment"]! == $"m@e{endpoint}")!;

    private static async Task<JsonNode?> IncidentAsync(RouterWorld world) => (await ReportAsync(world.Router))["incidents"]!.AsArray().SingleOrDefault();

    private static async Task<JsonNode> ReportAsync(RouterInstance router)
    {
        var (status, body, _) = await AskAsync(router, "");
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    private static async Task<(HttpStatusCode Status, string Body, string? Type)> AskAsync(RouterInstance router, string query, string? accept = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"/manage/availability{query}") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        if (accept is not null)
            Assert.True(message.Headers.TryAddWithoutValidation("Accept", accept));
        using var response = await router.Http.SendAsync(message);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType);
    }
}
