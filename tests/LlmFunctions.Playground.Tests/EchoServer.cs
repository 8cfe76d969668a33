using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.Playground.Tests;

/// <summary>Sends back what it receives, and closes when the client has.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;
    private int _receivedBytes;

    public EchoServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int ReceivedBytes => Volatile.Read(ref _receivedBytes);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = EchoAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task EchoAsync(Socket client)
    {
        using var _ = client;
        var buffer = new byte[1024];
        try
        {
            int count;
            while ((count = await client.ReceiveAsync(buffer)) > 0)
            {
                Interlocked.Add(ref _receivedBytes, count);
                await client.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (SocketException)
        {
            // The proxy reset the connection.
        }
    }
}
