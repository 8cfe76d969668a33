using System.Net.Sockets;

namespace LlmFunctions.Simulator.Tests;

public sealed class ListeningTests
{
    [Fact]
    public async Task StopAsync_Listening_RefusesUntilRestartedOnTheSamePort()
    {
        await using var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions(), SimulatorClient.Limit);
        using var client = new SimulatorClient(endpoint.Address);
        var address = endpoint.Address;
        var before = await client.PostForJsonAsync("v1/chat/completions", SimulatorClient.Chat());

        await endpoint.StopAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("v1/chat/completions", SimulatorClient.Chat()));
        await endpoint.RestartAsync();
        var after = await client.PostForJsonAsync("v1/chat/completions", SimulatorClient.Chat());

        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        Assert.Equal(address, endpoint.Address);
        Assert.Equal((string?)before["choices"]![0]!["message"]!["content"], (string?)after["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task StopAsync_RequestInFlight_ResetsItAndDoesNotBlameTheCaller()
    {
        await using var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions(), SimulatorClient.Limit);
        using var client = new SimulatorClient(endpoint.Address);
        endpoint.Faults.Add(new Fault { Kind = FaultKind.Hang });
        var hanging = client.PostAsync("v1/chat/completions", SimulatorClient.Chat());
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.InFlight == 1);

        await endpoint.StopAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.InFlight == 0);
        Assert.Equal(0, endpoint.Counters.Total.Aborted);
    }

    [Fact]
    public async Task StopAsync_AgainAndAgain_ThePortIsNeverLost()
    {
        await using var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions(), SimulatorClient.Limit);
        using var client = new SimulatorClient(endpoint.Address);

        for (var i = 0; i < 20; i++)
        {
            await endpoint.StopAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("health"));
            await endpoint.RestartAsync();
            using var response = await client.GetAsync("health");
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task StartAsync_PortInUse_Throws()
    {
        await using var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions(), SimulatorClient.Limit);

        await Assert.ThrowsAnyAsync<Exception>(() =>
            SimulatedEndpoint.StartAsync(new SimulatorOptions { Port = endpoint.Address.Port }, SimulatorClient.Limit));
    }

    [Fact]
    public async Task DisposeAsync_RequestHanging_IsFastAndFreesThePort()
    {
        var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions(), SimulatorClient.Limit);
        using var client = new SimulatorClient(endpoint.Address);
        endpoint.Faults.Add(new Fault { Kind = FaultKind.Hang });
        var hanging = client.PostAsync("v1/chat/completions", SimulatorClient.Chat());
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.InFlight == 1);

        await endpoint.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), SimulatorClient.Limit);

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
        await using var next = await SimulatedEndpoint.StartAsync(new SimulatorOptions { Port = endpoint.Address.Port }, SimulatorClient.Limit);
        Assert.Equal(endpoint.Address, next.Address);
    }
}
