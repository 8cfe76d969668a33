using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LlmFunctions.Testing;

namespace LlmFunctions.Playground.Tests;

public sealed class TcpProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly EchoServer _echo = new();
    private readonly TcpProxy _proxy;

    public TcpProxyTests() => _proxy = new TcpProxy(_echo.Port);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Forward_Bytes_ComeBackFromTheTarget()
    {
        using var client = await ConnectAsync();

        Assert.Equal(7, await AskAsync(client, 7));
    }

    [Fact]
    public async Task Forward_ClientEndsItsSide_AnswersStillArriveAndThenTheEnd()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(new byte[] { 7 });
        client.Shutdown(SocketShutdown.Send);

        var buffer = new byte[1];
        Assert.Equal(1, await client.ReceiveAsync(buffer));
        Assert.Equal(0, await client.ReceiveAsync(buffer));
    }

    [Fact]
    public async Task Refuse_OpenConnection_IsReset()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, 7);

        _proxy.Mode = ProxyMode.Refuse;

        var reset = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        Assert.Equal(0, _proxy.OpenConnections);
    }

    [Fact]
    public async Task Refuse_NewConnection_IsRefused()
    {
        _proxy.Mode = ProxyMode.Refuse;

        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Refuse_ThenForward_ComesBackOnTheSamePort()
    {
        using (var before = await ConnectAsync())
            await AskAsync(before, 7);
        var port = _proxy.Port;

        _proxy.Mode = ProxyMode.Refuse;
        _proxy.Mode = ProxyMode.Forward;

        using var client = await ConnectAsync();
        Assert.Equal(8, await AskAsync(client, 8));
        Assert.Equal(port, _proxy.Port);
        Assert.Equal(2, _proxy.AcceptedConnections);
    }

    [Fact]
    public async Task Delay_Answer_ComesAfterThatTime()
    {
        _proxy.Mode = ProxyMode.Delay(Silence);
        using var client = await ConnectAsync();
        var start = Stopwatch.GetTimestamp();

        Assert.Equal(7, await AskAsync(client, 7));

        Assert.True(Stopwatch.GetElapsedTime(start) >= Silence - TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task BlackHole_Request_IsNeverAnswered()
    {
        _proxy.Mode = ProxyMode.BlackHole;
        using var client = await ConnectAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(client, 7).WaitAsync(Silence));

        Assert.Equal(0, _echo.ReceivedBytes);
    }

    [Fact]
    public async Task BlackHole_OpenConnection_FallsSilentToo()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, 7);

        _proxy.Mode = ProxyMode.BlackHole;

        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(client, 8).WaitAsync(Silence));
    }

    [Fact]
    public async Task BlackHole_TargetIsGone_StillAcceptsAndStaysSilent()
    {
        _proxy.Mode = ProxyMode.BlackHole;
        await _echo.DisposeAsync();
        using var client = await ConnectAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(client, 7).WaitAsync(Silence));
    }

    [Fact]
    public async Task BlackHole_ThenForward_OnlyNewConnectionsAreAnswered()
    {
        _proxy.Mode = ProxyMode.BlackHole;
        using var lost = await ConnectAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(lost, 7).WaitAsync(Silence));

        _proxy.Mode = ProxyMode.Forward;

        using var client = await ConnectAsync();
        Assert.Equal(8, await AskAsync(client, 8));
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(lost, 9).WaitAsync(Silence));
    }

    [Fact]
    public async Task Forward_TargetIsGone_ClosesTheConnection()
    {
        await _echo.DisposeAsync();

        // The reset may come before the client's own connect has returned.
        var reset = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await ConnectAsync();
            await client.ReceiveAsync(new byte[1]);
        });

        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task Mode_ManyCallersSwitchAtOnce_TheLastOneHolds()
    {
        ProxyMode[] modes = [ProxyMode.Refuse, ProxyMode.Forward, ProxyMode.BlackHole, ProxyMode.Delay(Silence)];
        await Parallel.ForAsync(0, 100, (i, _) =>
        {
            _proxy.Mode = modes[i % modes.Length];
            return ValueTask.CompletedTask;
        });

        _proxy.Mode = ProxyMode.Forward;

        using var client = await ConnectAsync();
        Assert.Equal(7, await AskAsync(client, 7));
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _echo.DisposeAsync();
    }

    private static async Task<int> AskAsync(Socket client, byte question)
    {
        var buffer = new[] { question };
        await client.SendAsync(buffer);
        return await client.ReceiveAsync(buffer) == 1 ? buffer[0] : -1;
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }
}
