using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.Testing;

/// <summary>One client of a <see cref="TcpProxy"/> and its connection to the target.</summary>
internal sealed class ProxyConnection(Socket client, int targetPort, Func<ProxyMode> mode) : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly Socket _target = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _closed = new();
    private volatile bool _lost;
    private int _disposed;

    /// <summary>Runs until either side closes; never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (IsLost())
            {
                await PumpRequestsAsync();
                return;
            }

            await _target.ConnectAsync(IPAddress.Loopback, targetPort, _closed.Token);
            await Task.WhenAll(PumpRequestsAsync(), PumpAnswersAsync());
            End();
        }
        catch (Exception end) when (IsEnd(end))
        {
            // Resets and closed sockets are what this proxy is for.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Resets the client's connection: no orderly end, as when a process dies.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _closed.Cancel();
        client.Close(timeout: 0);
        _target.Close(timeout: 0);
    }

    // Both sides have said their last: what is still on its way must arrive, which a reset would prevent.
    private void End()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        client.Dispose();
        _target.Dispose();
    }

    private static bool IsEnd(Exception end) =>
        end is SocketException or ObjectDisposedException or OperationCanceledException;

    private async Task PumpRequestsAsync()
    {
        var buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await client.ReceiveAsync(buffer, _closed.Token)) > 0)
            {
                if (!IsLost())
                    await SendAllAsync(_target, buffer.AsMemory(0, count));
            }

            if (IsLost())
                Dispose();
            else
                _target.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (IsEnd(end))
        {
            Dispose(); // Else the other direction would wait for a peer that is gone.
        }
    }

    private async Task PumpAnswersAsync()
    {
        var buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await _target.ReceiveAsync(buffer, _closed.Token)) > 0)
            {
                if (mode() is ProxyMode.DelayMode delay)
                    await Task.Delay(delay.Time, _closed.Token);
                if (!IsLost())
                    await SendAllAsync(client, buffer.AsMemory(0, count));
            }

            if (!IsLost())
                client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (IsEnd(end))
        {
            if (!IsLost())
                Dispose(); // In a black hole the client does not even learn that the target has gone.
        }
    }

    // For good: a stream that has lost bytes would be garbage to both sides.
    private bool IsLost()
    {
        if (mode() is ProxyMode.BlackHoleMode)
            _lost = true;
        return _lost;
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes, _closed.Token)..];
    }
}
