using System.Net;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Several routers over one table.</summary>
public sealed class SharedHealthTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task TwoRouters_OneOpensACircuit_TheOtherStopsSendingThere()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        var other = await world.AddRouterAsync(Tiers);
        await other.Http.ChatAsync("warm");
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        for (var i = 0; i < 3; i++)
            await world.Router.Http.ChatAsync("break");
        Assert.Equal("CircuitOpen", await world.SkippedAsync(0));

        var delay = await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0, router: 1) is not null, 5 * Promise);
        output.WriteLine($"The other router knew after {delay.TotalMilliseconds:0} ms.");
        Assert.Equal("e1:200", (await other.Http.ChatAsync("elsewhere")).Path);
    }

    [Theory]
    [InlineData("CircuitOpen")]
    [InlineData("Throttled")]
    public async Task FreshRouter_DeploymentIsOutInTheTable_DoesNotSendItsFirstRequestThere(string skipped)
    {
        var settings = new Dictionary<string, string?> { ["Health:Break"] = "00:10:00", ["Health:LongestBreak"] = "00:10:00" };
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: settings);
        await world.AddRouterAsync(Tiers, settings: settings);
        world.Endpoints[0].Faults.Add(skipped == "Throttled"
            ? new() { Kind = FaultKind.Throttle, Headers = new Dictionary<string, string> { ["retry-after-ms"] = "600000" } }
            : new() { Kind = FaultKind.WrongJson });
        for (var i = 0; i < 3; i++)
            await world.Router.Http.ChatAsync($"break {i}");
        world.Endpoints[0].Faults.Clear();
        // Another router knows it: it is in the table.
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0, router: 1) == skipped, 5 * Promise);

        var before = world.Endpoints[0].Counters.Total.Requests;
        var fresh = await world.AddRouterAsync(Tiers, settings: settings);
        Assert.Equal("e1:200", (await fresh.Http.ChatAsync("first")).Path);
        Assert.Equal(skipped, await world.SkippedAsync(0, router: 2));
        Assert.Equal(before, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task Operator_DrainsADeployment_EveryRouterLeavesItAloneUntilItResumes()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        var other = await world.AddRouterAsync(Tiers);
        await PostAsync(world.Router, "/manage/deployments/m@e0/drain");
        Assert.Equal("Draining", await world.SkippedAsync(0));
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0, router: 1) == "Draining", 5 * Promise);
        Assert.Equal("e1:200", (await other.Http.ChatAsync("drained")).Path);

        await PostAsync(world.Router, "/manage/deployments/m@e0/resume");
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0, router: 1) is null, 5 * Promise);
        Assert.Equal("e0:200", (await other.Http.ChatAsync("resumed")).Path);
    }

    [Fact]
    public async Task Catalog_PublishedAtOneRouter_IsInForceAtTheOtherAndRollsBack()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        var other = await world.AddRouterAsync(Tiers);
        var document = JsonNode.Parse(await GetAsync(world.Router, "/manage/catalog"))!;
        document["models"]!["second"] = document["models"]!["m"]!.DeepClone();
        await SendAsync(world.Router, HttpMethod.Put, "/manage/catalog", document.ToJsonString(), HttpStatusCode.OK);
        await Eventually.IsTrueAsync(async () => (await other.Http.GetStringAsync("/v1/models")).Contains("\"second\"", StringComparison.Ordinal), TimeSpan.FromSeconds(25));

        await SendAsync(other, HttpMethod.Post, "/manage/catalog/versions/1/restore", null, HttpStatusCode.OK);
        await Eventually.IsTrueAsync(async () => !(await world.Router.Http.GetStringAsync("/v1/models")).Contains("\"second\"", StringComparison.Ordinal), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Catalog_InvalidDocument_IsRefusedWithEveryErrorAndTheOldOneStays()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        const string Bad = """{"endpoints":{"a":{"kind":"nope","credential":"none"}},"models":{"x":{"deployments":{"b":{}},"speed":1}}}""";
        var body = await SendAsync(world.Router, HttpMethod.Put, "/manage/catalog", Bad, HttpStatusCode.BadRequest);
        foreach (var key in (string[])["endpoints.a.kind", "endpoints.a.address", "models.x.deployments.b", "models.x.speed"])
            Assert.Contains($"\"{key}\"", body, StringComparison.Ordinal);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("still")).Status);
    }

    private static async Task PostAsync(RouterInstance router, string path) =>
        await SendAsync(router, HttpMethod.Post, path, null, HttpStatusCode.OK);

    private static Task<string> GetAsync(RouterInstance router, string path) => SendAsync(router, HttpMethod.Get, path, null, HttpStatusCode.OK);

    private static async Task<string> SendAsync(RouterInstance router, HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        using var message = new HttpRequestMessage(method, path) { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        if (body is not null)
            message.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await router.Http.SendAsync(message);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
