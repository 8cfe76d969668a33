using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The container's entry point as a plain process, with the settings of the manifests.</summary>
public sealed class ContainerEntryPointTests(AzuriteFixture azurite, PublishedRouter published, ITestOutputHelper output) : IClassFixture<PublishedRouter>
{
    private const string Key = "team-key";
    private const int Tokens = 20;

    [Fact]
    public async Task Smoke_AsAUserWithoutRightsInAReadOnlyFolder_Answers()
    {
        SkipUnlessLinux();
        await using var endpoint = await SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        await using var router = await RouterProcess.StartAsync(published.Folder, Settings(endpoint));
        using var http = Client(router);

        Assert.NotEqual("0", await router.ReadUserAsync());
        using (var live = await http.GetAsync("/health/live", TestContext.Current.CancellationToken))
            Assert.Equal(200, (int)live.StatusCode);
        var reply = await http.ChatAsync("hello", stream: false, ("api-key", Key));
        var stream = await http.ChatAsync("hello", stream: true, ("api-key", Key));
        var stranger = await http.ChatAsync("hello", stream: false, ("api-key", "another"));

        Assert.Equal(200, reply.Status);
        Assert.NotEqual("", reply.Text);
        Assert.Equal(200, stream.Status);
        Assert.Equal(reply.Text, stream.Text);
        Assert.Equal(401, stranger.Status);
        router.Terminate();
        Assert.Equal(0, await router.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task SigTerm_UnderLoad_AnswersWhatItAcceptedAndAnotherFinishesWhatItReplays()
    {
        SkipUnlessLinux();
        await using var endpoint = await SimulatedEndpoint.StartAsync(new() { AnswerTokens = Tokens, TokensPerSecond = 40 }, CancellationToken.None);
        await using var slow = await SimulatedEndpoint.StartAsync(new() { FirstTokenDelay = TimeSpan.FromMinutes(1) }, CancellationToken.None);
        var settings = Settings(endpoint, slow);
        await using var router = await RouterProcess.StartAsync(published.Folder, settings);
        var location = await QueueAsync(router, "in hand");
        await Eventually.IsTrueAsync(() => slow.Counters.Total.InFlight == 1, TimeSpan.FromSeconds(60));
        await using var another = await AnotherAsync(settings);

        var callers = Enumerable.Range(0, 24).Select(number => new KeptAliveCaller(router.Address, Key, number)).ToList();
        var running = callers.ConvertAll(caller => caller.RunAsync(TimeSpan.FromSeconds(120)));
        await Eventually.IsTrueAsync(() => callers.TrueForAll(caller => caller.Begun >= 3), TimeSpan.FromSeconds(60));
        var inFlight = endpoint.Counters.Total.InFlight;
        router.Terminate();
        // For whoever runs it next.
        slow.Settings.FirstTokenDelay = TimeSpan.Zero;
        await Task.WhenAll(running);
        var ended = await router.WaitForExitAsync(TimeSpan.FromSeconds(60));
        await Eventually.IsTrueAsync(async () => await StateAsync(another, location) == "succeeded", TimeSpan.FromSeconds(120));

        var replies = callers.SelectMany(caller => caller.Replies).ToList();
        var refused = callers.Count(caller => caller.IsRefused);
        output.WriteLine($"{replies.Count} answered whole, {inFlight} at the endpoint when the signal came; of {callers.Count} callers {refused} were refused at last; the replay in hand ran {slow.Counters.Total.Received["in hand"]} times.");
        Assert.True(inFlight >= 8, $"Only {inFlight} requests were in flight at the signal.");
        Assert.All(replies, reply => Assert.Equal((200, Tokens), (reply.Value.Status, Words(reply.Value))));
        Assert.All(replies.Where(reply => reply.Value.IsStream), reply => Assert.EndsWith("data: [DONE]", reply.Value.Body.TrimEnd(), StringComparison.Ordinal));
        // Every caller went on until it was turned away, and what was turned away had never been accepted.
        Assert.All(callers, caller => Assert.NotNull(caller.TurnedAway));
        Assert.All(callers, caller => Assert.DoesNotContain(caller.TurnedAway!, endpoint.Counters.Total.Received.Keys));
        Assert.True(refused > 0);
        Assert.Equal((0, 2L, 1L), (ended, slow.Counters.Total.Received["in hand"], slow.Counters.Total.Executed["in hand"]));
    }

    [Fact]
    public async Task WorkingDirectory_ForTheUserOfTheRouter_IsReadOnly()
    {
        SkipUnlessLinux();
        var file = Path.Combine(published.Folder, "written");

        Assert.NotEqual(0, await RouterProcess.RunAsItsUserAsync(published.Folder, "touch", file));
        Assert.False(File.Exists(file));
        // The same where it may write, or the first would say nothing.
        Assert.Equal(0, await RouterProcess.RunAsItsUserAsync("/tmp", "test", "-w", "/tmp"));
    }

    [Fact]
    public async Task Start_WithWrongSettings_EndsAndSaysWhichWithoutAStackTrace()
    {
        SkipUnlessLinux();
        await using var endpoint = await SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        var settings = Settings(endpoint).Concat([new("Forwarding__ConnectLimits", "00:00:02"), new("CatalogPollInterval", "2"), new("Access__OperatorKeys__ops", "env:GONE")]);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RouterProcess.StartAsync(published.Folder, settings));

        Assert.Contains("ended with 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Forwarding:ConnectLimits is no known setting; did you mean Forwarding:ConnectLimit?", error.Message, StringComparison.Ordinal);
        Assert.Contains("CatalogPollInterval must be a time", error.Message, StringComparison.Ordinal);
        Assert.Contains("Access:OperatorKeys:ops names the setting 'GONE'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
    }

    private static int Words(ChatReply reply) => reply.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    private static async Task<string> QueueAsync(RouterProcess router, string prompt)
    {
        using var http = Client(router);
        using var message = Chats.Message(prompt, stream: false, ("api-key", Key), ("Prefer", "respond-async"));
        var body = Chats.Body(prompt);
        body["model"] = "slow";
        message.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(202, (int)response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    private static async Task<string?> StateAsync(RouterInstance router, string location)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, location) { Headers = { { "api-key", Key } } };
        using var response = await router.Http.SendAsync(message, TestContext.Current.CancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["status"]?.GetValue<string>();
    }

    /// <summary>A second router with the settings of the first, in this process.</summary>
    private static Task<RouterInstance> AnotherAsync(IReadOnlyCollection<KeyValuePair<string, string>> settings)
    {
        var values = settings.ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value);
        return RouterInstance.StartAsync(values["AzureWebJobsStorage"]!, values["Storage:Prefix"]!, values["Catalog"]!, values);
    }

    private static HttpClient Client(RouterProcess router) =>
        new(new SocketsHttpHandler()) { BaseAddress = router.Address, Timeout = TimeSpan.FromSeconds(60) };

    private IReadOnlyCollection<KeyValuePair<string, string>> Settings(SimulatedEndpoint endpoint, SimulatedEndpoint? slow = null)
    {
        var prefix = azurite.NewPrefix();
        var catalog = new JsonObject
        {
            ["endpoints"] = new JsonObject { ["sim"] = At(endpoint), ["slow"] = At(slow ?? endpoint) },
            ["models"] = new JsonObject
            {
                ["m"] = new JsonObject { ["deployments"] = new JsonObject { ["sim"] = new JsonObject() } },
                ["slow"] = new JsonObject { ["deployments"] = new JsonObject { ["slow"] = new JsonObject() } },
            },
        };
        return
        [
            new("AzureWebJobsStorage", azurite.ConnectionString),
            new("Storage__Prefix", prefix),
            new("FallbackQueueName", $"{prefix}-replay"),
            new("Catalog", catalog.ToJsonString()),
            new("Http__DrainLimit", "00:00:10"),
            new("Access__CallerKeys__team", "env:TEAM_KEY"),
            new("TEAM_KEY", Key),
            new("DOTNET_EnableDiagnostics", "0"),
            new("HOME", "/tmp"),
        ];
    }

    private static JsonObject At(SimulatedEndpoint endpoint) => new()
    {
        ["kind"] = "openai",
        ["address"] = $"{endpoint.Address}v1",
        ["credential"] = "none",
        ["allowInsecure"] = true,
        ["probe"] = new JsonObject { ["kind"] = "none" },
    };

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Containers of this image run on Linux.");
}
