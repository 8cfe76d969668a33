using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>An endpoint to which no connection ever stands.</summary>
internal sealed class SilentEndpoint : IDisposable
{
    private static readonly TimeSpan Refusal = TimeSpan.FromMilliseconds(500);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    private SilentEndpoint()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
    }

    private IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Connections are taken, but their TLS is never answered.</summary>
    public static SilentEndpoint WithoutTls() => new();

    /// <summary>So many connections wait that the system answers no further one.</summary>
    public static async Task<SilentEndpoint> WithoutRoomAsync()
    {
        var endpoint = new SilentEndpoint();
        while (await endpoint.TryConnectAsync())
        {
            // One more waits.
        }

        return endpoint;
    }

    public string Address(string scheme) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{EndPoint.Port}/v1");

    public void Dispose()
    {
        foreach (var socket in _waiting)
            socket.Dispose();
        _listener.Dispose();
    }

    private async Task<bool> TryConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        using var limit = new CancellationTokenSource(Refusal);
        try
        {
            await socket.ConnectAsync(EndPoint, limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
