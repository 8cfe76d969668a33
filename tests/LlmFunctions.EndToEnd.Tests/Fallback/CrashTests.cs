using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>The router is killed (kill -9) at each step of a queued request's life: every accepted request ends in exactly one visible
/// answer, and none stays running.</summary>
public sealed class CrashTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int SoakRequests = 200;

    [Fact]
    public async Task KilledBehindTheBody_NothingWasAcceptedAndNothingRuns()
    {
        await using var crash = await StartAsync();
        crash.Tables.Mode = ProxyMode.BlackHole;
        var asking = crash.AskAsync("behind the body");
        await Task.Delay(1000);
        await crash.RestartAsync();
        Assert.False(await IsAnsweredAsync(asking));
        await crash.Router.Http.UntilAsync(await crash.Router.Http.QueueChatAsync("next"), "succeeded");
        Assert.False(crash.Endpoint.Counters.Total.Received.ContainsKey("behind the body"));
    }

    [Fact]
    public async Task KilledBehindTheRow_TheSweeperSendsTheMessageAndItRunsOnce()
    {
        await using var crash = await StartAsync();
        crash.Queues.Mode = ProxyMode.BlackHole;
        var asking = crash.AskAsync("behind the row");
        await Task.Delay(1000);
        await crash.RestartAsync();
        Assert.False(await IsAnsweredAsync(asking));
        await Eventually.IsTrueAsync(() => crash.Endpoint.Counters.ForModel("m").Executed.ContainsKey("behind the row"), QueueWorld.Patience);
        await crash.Router.Http.UntilAsync(await crash.Router.Http.QueueChatAsync("next"), "succeeded");
        Assert.Equal(1, crash.Endpoint.Counters.ForModel("m").Executed["behind the row"]);
    }

    [Fact]
    public async Task KilledBehindTheMessage_IsAnsweredOnce()
    {
        await using var crash = await StartAsync();
        await crash.Endpoint.StopAsync();
        var location = await crash.Router.Http.QueueChatAsync("behind the message");
        await crash.RestartAsync();
        await crash.Endpoint.RestartAsync();
        await ExpectOneAnswerAsync(crash, location, "behind the message");
        Assert.Equal(1, crash.Endpoint.Counters.ForModel("m").Executed["behind the message"]);
    }

    [Fact]
    public async Task KilledWhileTheEndpointWorks_IsRunAgainAndAnswered()
    {
        await using var crash = await StartAsync();
        crash.Endpoint.Faults.Add(new() { Kind = FaultKind.Hang });
        var location = await crash.Router.Http.QueueChatAsync("behind receive");
        await crash.Router.Http.UntilAsync(location, "running");
        await Eventually.IsTrueAsync(() => crash.Endpoint.Counters.Total.InFlight > 0, QueueWorld.Patience);
        crash.Endpoint.Faults.Clear();
        await crash.RestartAsync();
        await ExpectOneAnswerAsync(crash, location, "behind receive");
    }

    [Fact]
    public async Task KilledBehindTheEndpointsAnswer_IsRunAgainAndAnsweredOnce()
    {
        await using var crash = await StartAsync();
        crash.Endpoint.Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(500);
        var location = await crash.Router.Http.QueueChatAsync("behind the answer");
        await Eventually.IsTrueAsync(() => crash.Endpoint.Counters.Total.InFlight > 0, QueueWorld.Patience);
        crash.Blobs.Mode = ProxyMode.BlackHole;
        await Eventually.IsTrueAsync(() => crash.Endpoint.Counters.ForModel("m").Executed.ContainsKey("behind the answer"), QueueWorld.Patience);
        await Task.Delay(300);
        Assert.Equal("running", (string?)(await crash.Router.Http.StateAsync(location))["status"]);
        await crash.RestartAsync();
        await ExpectOneAnswerAsync(crash, location, "behind the answer");
        Assert.Equal(2, crash.Endpoint.Counters.ForModel("m").Executed["behind the answer"]);
    }

    [Fact]
    public async Task KilledBetweenTheStoredAnswerAndTheCompletedMessage_IsNotRunAgain()
    {
        await using var crash = await StartAsync();
        crash.Endpoint.Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(500);
        var location = await crash.Router.Http.QueueChatAsync("behind the store");
        await Eventually.IsTrueAsync(() => crash.Endpoint.Counters.Total.InFlight > 0, QueueWorld.Patience);
        crash.Queues.Mode = ProxyMode.BlackHole;
        await crash.Router.Http.UntilAsync(location, "succeeded");
        await crash.RestartAsync();
        await crash.Router.Http.UntilAsync(await crash.Router.Http.QueueChatAsync("next"), "succeeded");
        await ExpectOneAnswerAsync(crash, location, "behind the store");
        Assert.Equal(1, crash.Endpoint.Counters.ForModel("m").Executed["behind the store"]);
    }

    [Fact]
    public async Task Soak_KilledAtRandomPoints_EveryAcceptedRequestIsAnswered()
    {
        await using var crash = await StartAsync();
        crash.Endpoint.Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(100);
        var random = new Random(20261123);
        var accepted = new Dictionary<string, string>();
        for (var i = 0; i < SoakRequests; i++)
        {
            if (i % 40 == 20)
            {
                await Task.Delay(random.Next(400));
                await crash.RestartAsync();
            }

            var prompt = $"soak {i}";
            accepted.Add(prompt, await crash.Router.Http.QueueChatAsync(prompt));
        }

        await crash.RestartAsync();
        var freed = await crash.Router.Http.UntilNoneStaysRunningAsync(accepted.Values);
        var rerun = 0L;
        foreach (var (prompt, location) in accepted)
        {
            await ExpectOneAnswerAsync(crash, location, prompt);
            rerun += crash.Endpoint.Counters.ForModel("m").Executed[prompt] - 1;
        }

        output.WriteLine($"{accepted.Count} accepted and answered, 6 kills, {rerun} run a second time because their runner died, the last freed after {freed.TotalSeconds:0.0} s");
    }

    private static async Task ExpectOneAnswerAsync(CrashWorld crash, string location, string prompt)
    {
        await crash.Router.Http.UntilNoneStaysRunningAsync([location]);
        await crash.Router.Http.UntilAsync(location, "succeeded");
        var answer = await crash.Router.Http.AnswerAsync(location);
        Assert.Equal(await crash.DirectAnswerAsync(prompt), answer.Text);
        Assert.Equal(answer.Body, (await crash.Router.Http.AnswerAsync(location)).Body);
    }

    private static async Task<bool> IsAnsweredAsync(Task<ChatReply> asking)
    {
        try
        {
            return (await asking).Status == 202;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task<CrashWorld> StartAsync() => CrashWorld.StartAsync(azurite);

    /// <summary>A router process whose storage services each stand behind a proxy.</summary>
    private sealed class CrashWorld : IAsyncDisposable
    {
        private readonly HttpClient _direct = new(new SocketsHttpHandler());

        private CrashWorld(TcpProxy blobs, TcpProxy queues, TcpProxy tables, SimulatedEndpoint endpoint, RouterProcess router)
        {
            (Blobs, Queues, Tables, Endpoint, Router) = (blobs, queues, tables, endpoint, router);
        }

        public TcpProxy Blobs { get; }

        public TcpProxy Queues { get; }

        public TcpProxy Tables { get; }

        public SimulatedEndpoint Endpoint { get; }

        public RouterProcess Router { get; }

        public static async Task<CrashWorld> StartAsync(AzuriteFixture azurite)
        {
            var (blobs, queues, tables) = (new TcpProxy(azurite.BlobPort), new TcpProxy(azurite.QueuePort), new TcpProxy(azurite.TablePort));
            var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions { Name = "e0" }, CancellationToken.None);
            var catalog = JsonNode.Parse($$"""
                { "endpoints": { "e0": { "kind": "openai", "address": "{{endpoint.Address}}v1", "credential": "none", "allowInsecure": true, "probe": { "kind": "none" } } },
                  "models": { "m": { "deployments": { "e0": {} } } } }
                """)!.AsObject();
            QueueWorld.Queue(catalog);
            var storage = azurite.WithPorts(blobs.Port, queues.Port, tables.Port);
            var router = await RouterProcess.StartAsync(storage, azurite.NewPrefix(), catalog.ToJsonString(), QueueWorld.Settings());

            // The first use of each table and queue creates it; the steps are told apart only after that.
            await router.Http.UntilAsync(await router.Http.QueueChatAsync("warm"), "succeeded");
            return new(blobs, queues, tables, endpoint, router);
        }

        public Task<ChatReply> AskAsync(string prompt) => Router.Http.ChatAsync(prompt, headers: ("Prefer", "respond-async"));

        /// <summary>Kills the router, mends the storage, starts the router again.</summary>
        public async Task RestartAsync()
        {
            await Router.KillAsync();
            Blobs.Mode = Queues.Mode = Tables.Mode = ProxyMode.Forward;
            await Router.StartAsync();
        }

        public async Task<string> DirectAnswerAsync(string prompt)
        {
            using var message = Chats.Message(prompt);
            message.RequestUri = new Uri(Endpoint.Address, "/v1/chat/completions");
            message.Content = System.Net.Http.Json.JsonContent.Create(new JsonObject
            {
                ["model"] = "direct",
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
            });
            using var response = await _direct.SendAsync(message);
            return (await ChatReply.ReadAsync(response)).Text;
        }

        public async ValueTask DisposeAsync()
        {
            _direct.Dispose();
            await Router.DisposeAsync();
            await Endpoint.DisposeAsync();
            foreach (var proxy in (TcpProxy[])[Blobs, Queues, Tables])
                await proxy.DisposeAsync();
        }
    }
}
