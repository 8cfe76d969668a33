using System.Net.Sockets;
using LlmFunctions.Testing;

namespace LlmFunctions.Playground.Tests;

/// <summary>Sends back what it receives, and closes when the client has.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpServer _server;
    private int _receivedBytes;

    public EchoServer()
    {
        _server = new(EchoAsync);
    }

    public int Port => _server.Port;

    public int ReceivedBytes => Volatile.Read(ref _receivedBytes);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task EchoAsync(NetworkStream stream)
    {
        var buffer = new byte[1024];
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
        {
            Interlocked.Add(ref _receivedBytes, count);
            await stream.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
