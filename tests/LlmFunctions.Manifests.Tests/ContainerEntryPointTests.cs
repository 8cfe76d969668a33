using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The container's entry point as a plain process, with the settings of the manifests.</summary>
public sealed class ContainerEntryPointTests(AzuriteFixture azurite, PublishedRouter published, ITestOutputHelper output) : IClassFixture<PublishedRouter>
{
    private const string Key = "team-key";

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
    public async Task SigTerm_UnderLoad_LosesNothing()
    {
        SkipUnlessLinux();
        await using var endpoint = await SimulatedEndpoint.StartAsync(new() { AnswerTokens = 60, TokensPerSecond = 30 }, CancellationToken.None);
        await using var router = await RouterProcess.StartAsync(published.Folder, Settings(endpoint));
        using var http = Client(router);

        var sent = new List<Task<ChatReply>>();
        for (var i = 0; i < 60; i++)
        {
            sent.Add(http.ChatAsync(string.Create(CultureInfo.InvariantCulture, $"load {i}"), stream: i % 2 == 0, ("api-key", Key)));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        // Sent is what has reached the endpoint: before that a request may still be on its way into the router's socket.
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.Requests >= sent.Count, TimeSpan.FromSeconds(10));
        var unfinished = sent.Count(one => !one.IsCompleted);
        router.Terminate();
        var refused = await CountRefusedAsync(router);
        var replies = await Task.WhenAll(sent);

        output.WriteLine($"{replies.Length} sent, {unfinished} in flight at the signal, all answered; {refused} later connections refused.");
        Assert.True(unfinished >= 20, $"Only {unfinished} requests were in flight at the signal.");
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.All(replies, reply => Assert.Equal(60, reply.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.All(replies.Where(reply => reply.IsStream), reply => Assert.EndsWith("data: [DONE]", reply.Body.TrimEnd(), StringComparison.Ordinal));
        Assert.True(refused > 0);
        Assert.Equal(0, await router.WaitForExitAsync(TimeSpan.FromSeconds(35)));
    }

    [Fact]
    public async Task Start_WithAWrongSetting_EndsAndSaysWhich()
    {
        SkipUnlessLinux();
        await using var endpoint = await SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        var settings = Settings(endpoint).Append(new("Http__DrainLimits", "00:00:30"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RouterProcess.StartAsync(published.Folder, settings));

        Assert.Contains("ended with 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("DrainLimits", error.Message, StringComparison.Ordinal);
    }

    // New connections are what a load balancer sends elsewhere; every one that is taken must be answered.
    private static async Task<int> CountRefusedAsync(RouterProcess router)
    {
        var refused = 0;
        for (var i = 0; i < 50; i++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(router.Address.Host, router.Address.Port);
            }
            catch (SocketException)
            {
                refused++;
            }

            await Task.Delay(10);
        }

        return refused;
    }

    private static HttpClient Client(RouterProcess router) =>
        new(new SocketsHttpHandler()) { BaseAddress = router.Address, Timeout = TimeSpan.FromSeconds(60) };

    private IEnumerable<KeyValuePair<string, string>> Settings(SimulatedEndpoint endpoint)
    {
        var prefix = azurite.NewPrefix();
        var catalog = new JsonObject
        {
            ["endpoints"] = new JsonObject
            {
                ["sim"] = new JsonObject { ["kind"] = "openai", ["address"] = $"{endpoint.Address}v1", ["credential"] = "none", ["allowInsecure"] = true },
            },
            ["models"] = new JsonObject { ["m"] = new JsonObject { ["deployments"] = new JsonObject { ["sim"] = new JsonObject() } } },
        };
        return
        [
            new("AzureWebJobsStorage", azurite.ConnectionString),
            new("Storage__Prefix", prefix),
            new("FallbackQueueName", $"{prefix}-replay"),
            new("Catalog", catalog.ToJsonString()),
            new("Http__DrainLimit", "00:00:30"),
            new("Access__CallerKeys__team", "env:TEAM_KEY"),
            new("TEAM_KEY", Key),
            new("DOTNET_EnableDiagnostics", "0"),
            new("HOME", "/tmp"),
        ];
    }

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Containers of this image run on Linux.");
}
