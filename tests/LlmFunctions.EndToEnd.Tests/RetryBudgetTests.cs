using System.Diagnostics;
using LlmFunctions.EndToEnd.Tests.Fallback;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>What an outage may cost: extra attempts, circuits, callers.</summary>
public sealed class RetryBudgetTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    // Circuits that never open: only the budget keeps attempts from multiplying.
    private static readonly Dictionary<string, string?> NoCircuits = new()
    {
        ["Health:ConsecutiveFailures"] = "1000000",
        ["Health:MinimumResults"] = "1000000",
    };

    [Fact]
    public async Task Outage_OfTheBetterTier_CostsAQuarterOfAnAttemptPerRequestAtMost()
    {
        // Whom the budget refuses a third deployment waits a second, and finds it first then.
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1, 2], catalog => catalog["models"]!["m"]!["whenUnavailable"] = "wait");
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        var replies = await SendAsync(world, 400, atOnce: 8);
        var extra = ExtraOf(world, replies);
        output.WriteLine($"{extra} extra attempts for {replies.Count} requests: {(double)extra / replies.Count:0.000} each (promised 0.25)");
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.InRange((double)extra / replies.Count, 0, 0.25);
    }

    [Fact]
    public async Task Outage_OfEveryDeployment_CostsAQuarterOfAnAttemptPerRequestAtMost()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0, 1]);
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.Reset });
        var replies = await SendAsync(world, 400, atOnce: 8);
        var extra = ExtraOf(world, replies);
        output.WriteLine($"{extra} extra attempts for {replies.Count} requests: {(double)extra / replies.Count:0.000} each (promised 0.25)");
        Assert.All(replies, reply => Assert.Equal(503, reply.Status));
        Assert.InRange((double)extra / replies.Count, 0, 0.25);
    }

    [Fact]
    public async Task ThirdDeployments_AboveTheBudget_AreRefusedAsIfNothingRemained()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1, 2], settings: NoCircuits);
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.Faults.Add(new() { Kind = FaultKind.WrongJson });
        var watch = Stopwatch.StartNew();
        var replies = await SendAsync(world, 500, atOnce: 8);
        var windows = 1 + (watch.Elapsed / TimeSpan.FromSeconds(9));
        var third = replies.Count(reply => reply.Status == 200);
        output.WriteLine($"{third} of {replies.Count} requests asked a third deployment, within {watch.Elapsed.TotalSeconds:0.0} s");

        // Ten are free in each window; a fifth of the requests are paid for.
        Assert.InRange(third, 10, (0.2 * replies.Count) + (10 * windows));
        Assert.Equal(third, world.Endpoints[2].Counters.Total.Requests);
        Assert.All(replies.Where(reply => reply.Status != 200), reply =>
        {
            Assert.Equal((503, "e0:malformed, e1:malformed", "true"), (reply.Status, reply.Path, reply.Headers["x-should-retry"]));
            Assert.Contains("the retry budget allows no further one", reply.Body, StringComparison.Ordinal);
            Assert.True(reply.Headers.ContainsKey("Retry-After"));
        });
    }

    [Fact]
    public async Task FirstFailovers_AboveTheBudget_AreAllAllowed()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], settings: NoCircuits);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        Assert.All(await SendAsync(world, 200, atOnce: 8), reply => Assert.Equal((200, "e0:malformed, e1:200"), (reply.Status, reply.Path)));
    }

    [Fact]
    public async Task SecondAttempts_AboveTheBudget_GoOnToTheNextTier()
    {
        await using var world = await RouterWorld.StartAsync(
            azurite, [0, 1], settings: new Dictionary<string, string?>(NoCircuits) { ["Forwarding:RetryBudgetLeast"] = "1", ["Forwarding:RetryBudgetRatio"] = "0.0001" });
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        Assert.Equal("e0:500, e0:500, e1:200", (await world.Router.Http.ChatAsync("within")).Path);
        Assert.Equal("e0:500, e1:200", (await world.Router.Http.ChatAsync("above")).Path);
    }

    [Fact]
    public async Task Replay_RefusedByTheBudget_IsPutOffAndNotItsOwnFault()
    {
        var settings = QueueWorld.Settings(new Dictionary<string, string?>(NoCircuits)
        {
            ["Forwarding:RetryBudgetLeast"] = "1",
            ["Forwarding:RetryBudgetRatio"] = "0.0001",
            ["Forwarding:RetryBudgetWindow"] = "00:00:20",
            ["Replay:MaxFailures"] = "1",
        });
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1, 2], settings: settings);
        await world.Router.Http.ChatAsync("its deployments answer others");
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.Faults.Add(new() { Kind = FaultKind.WrongJson });
        Assert.Equal("e0:malformed, e1:malformed, e2:200", (await world.Router.Http.ChatAsync("spends it")).Path);

        var location = await world.Router.Http.QueueChatAsync("later");
        var state = await world.Router.Http.UntilAsync(location, "succeeded");
        output.WriteLine($"put off {state["postponed"]} times");
        Assert.Equal(0, (int)state["failures"]!);
        Assert.InRange((int)state["postponed"]!, 1, int.MaxValue);
    }

    [Fact]
    public async Task HungDeployment_ThousandRequestsInFlight_AllAreServedElsewhere()
    {
        const int Requests = 1000;
        var limit = TimeSpan.FromSeconds(20);
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], catalog => catalog["models"]!["m"]!["answerLimit"] = limit.ToString("c"));
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var watch = Stopwatch.StartNew();
        var sent = Enumerable.Range(0, Requests).Select(i => world.Router.Http.ChatAsync($"hung {i}")).ToList();
        var replies = await Task.WhenAll(sent);
        output.WriteLine($"all answered after {watch.Elapsed.TotalSeconds:0.0} s, {world.Endpoints[0].Counters.Total.PeakInFlight} were in flight at the hung deployment");
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Equal(Requests, world.Endpoints[0].Counters.Total.PeakInFlight);
        Assert.All(replies, reply => Assert.Equal("e0:timeout, e1:200", reply.Path));
    }

    [Fact]
    public async Task PoisonousPrompt_HoweverOftenItComes_OpensTwoCircuitsAtMost()
    {
        foreach (var tiers in (int[][])[[0, 0, 0, 0], [0, 1, 2, 3]])
        {
            await using var world = await RouterWorld.StartAsync(azurite, tiers);
            foreach (var endpoint in world.Endpoints)
                endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
            for (var i = 0; i < 60; i++)
                Assert.Equal(503, (await world.Router.Http.ChatAsync("poison", stream: i % 2 == 1)).Status);
            var opened = 0;
            for (var i = 0; i < tiers.Length; i++)
                opened += (string?)(await world.CircuitAsync(i))["state"] != "Closed" ? 1 : 0;
            output.WriteLine($"{opened} circuits opened over tiers {string.Join(", ", tiers)}");
            Assert.InRange(opened, 1, 2);
        }
    }

    // What reached the endpoints beyond one attempt for each request that was attempted at all.
    private static long ExtraOf(RouterWorld world, IReadOnlyList<ChatReply> replies) =>
        world.Endpoints.Sum(endpoint => endpoint.Counters.Total.Requests) - replies.Count(reply => reply.Headers["x-llm-attempts"] != "0");

    private static async Task<IReadOnlyList<ChatReply>> SendAsync(RouterWorld world, int count, int atOnce)
    {
        var replies = new ChatReply[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) =>
            replies[i] = await world.Router.Http.ChatAsync($"request {i}"));
        return replies;
    }
}
