using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.Testing;

/// <summary>
/// A proxy on a free port of 127.0.0.1 before another port there, to make a real service fail the way networks do.
/// Thread-safe.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly int _targetPort;
    private readonly Lock _lock = new();
    private readonly HashSet<ProxyConnection> _connections = [];
    private ProxyMode _mode = ProxyMode.Forward;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepted;
    private bool _disposed;

    public TcpProxy(int targetPort)
    {
        _targetPort = targetPort;
        Listen();
    }

    /// <summary>The proxy's own port; it stays the same for its whole life.</summary>
    public int Port { get; private set; }

    /// <summary>How many connections were accepted since the start.</summary>
    public int AcceptedConnections => Volatile.Read(ref _accepted);

    /// <summary>How many connections are open now.</summary>
    public int OpenConnections
    {
        get
        {
            lock (_lock)
                return _connections.Count;
        }
    }

    public ProxyMode Mode
    {
        get => Volatile.Read(ref _mode);
        set => Switch(value);
    }

    public async ValueTask DisposeAsync()
    {
        Task accepting;
        lock (_lock)
        {
            _disposed = true;
            CloseAll();
            accepting = _accepting;
        }

        await accepting;
    }

    private void Switch(ProxyMode mode)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Volatile.Write(ref _mode, mode);
            if (mode == ProxyMode.Refuse)
                CloseAll();
            else if (_listener is null)
                Listen();
        }
    }

    private void Listen()
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Connections of before may linger on the port, which must not keep it from coming back.
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(_listener);
    }

    private void CloseAll()
    {
        _listener?.Dispose();
        _listener = null;
        foreach (var connection in _connections)
            connection.Dispose();
        _connections.Clear();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (IsListening(listener))
        {
            try
            {
                Start(listener, await listener.AcceptAsync());
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The listener was closed, or a client left before it was accepted.
            }
        }
    }

    private bool IsListening(Socket listener)
    {
        lock (_lock)
            return _listener == listener;
    }

    private void Start(Socket listener, Socket client)
    {
        var connection = new ProxyConnection(client, _targetPort, () => Mode);
        lock (_lock)
        {
            // Accepted just before the port was closed.
            if (_listener != listener)
            {
                connection.Dispose();
                return;
            }

            _accepted++;
            _connections.Add(connection);
        }

        _ = RunAsync(connection);
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        await connection.RunAsync();
        lock (_lock)
            _connections.Remove(connection);
    }
}
