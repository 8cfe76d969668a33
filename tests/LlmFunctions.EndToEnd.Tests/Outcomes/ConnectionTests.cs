using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>No connection comes about, or it leads elsewhere.</summary>
public sealed class ConnectionTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_NameThatDoesNotResolve_FailsOver(bool stream)
    {
        await using var world = await StartAsync("https://nowhere.invalid/v1");
        var reply = await world.Router.Http.ChatAsync("nowhere", stream);
        // Without any name server the system cannot even say that there is no such name.
        Assert.Contains(reply.Path, (string[])["e0:dns, e1:200", "e0:refused, e1:200"]);
        Assert.Equal(await world.DirectAnswerAsync("nowhere", 1), reply.Text);
    }

    [Fact]
    public async Task Chat_EndpointWithoutTls_FailsOver()
    {
        await using var plain = await Simulator.SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        await using var world = await StartAsync($"https://127.0.0.1:{plain.Address.Port}/v1");
        Assert.Equal("e0:tls, e1:200", (await world.Router.Http.ChatAsync("plain")).Path);
        Assert.Equal(0, plain.Counters.Total.Requests);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("http")]
    public async Task Chat_NoConnectionStandsInTime_FailsOverAfterTheConnectLimit(string scheme)
    {
        using var silent = scheme == "https" ? SilentEndpoint.WithoutTls() : await SilentEndpoint.WithoutRoomAsync();
        await using var world = await StartAsync(silent.Address(scheme));
        var watch = Stopwatch.StartNew();
        var reply = await world.Router.Http.ChatAsync("silence");
        output.WriteLine($"{scheme}: failed over after {watch.Elapsed.TotalSeconds:0.00} s");
        Assert.Equal("e0:connect-timeout, e1:200", reply.Path);
        Assert.InRange(watch.Elapsed, ConnectLimit, 5 * ConnectLimit);
    }

    [Fact]
    public async Task Chat_ConnectionsRefused_CountAgainstEveryDeploymentOfTheEndpoint()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, catalog => catalog["models"]!["other"] = catalog["models"]!["m"]!.DeepClone());
        await world.Endpoints[0].StopAsync();
        for (var i = 0; i < 3; i++)
            Assert.Equal("e0:refused, e1:200", (await world.Router.Http.ChatAsync($"refused {i}")).Path);
        Assert.Equal("CircuitOpen", await world.SkippedAsync(0));

        using var message = Chats.Message("other");
        message.Content = System.Net.Http.Json.JsonContent.Create(new JsonObject(Chats.Body("other").Select(member =>
            KeyValuePair.Create(member.Key, member.Key == "model" ? "other" : member.Value?.DeepClone()))));
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal("e1:200", (await ChatReply.ReadAsync(response)).Path);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Chat_Redirect_IsNotFollowedAndMeansAWrongAddress(int status)
    {
        await using var elsewhere = new RawEndpoint(_ => Task.FromResult("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(
            $"HTTP/1.1 {status} Elsewhere\r\nLocation: {elsewhere.Address}/chat/completions\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        await using var world = await StartAsync(endpoint.Address);
        Assert.Equal($"e0:{status}, e1:200", (await world.Router.Http.ChatAsync("moved")).Path);
        Assert.Equal("Misconfigured", await world.SkippedAsync(0));
        Assert.Equal((1, 0), (endpoint.Requests, elsewhere.Requests));
    }

    private Task<RouterWorld> StartAsync(string address) =>
        RouterWorld.StartAsync(azurite, Tiers, catalog => catalog["endpoints"]!["e0"]!["address"] = address);
}
