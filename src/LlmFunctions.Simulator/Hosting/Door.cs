using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Simulator;

/// <summary>A listener that can be closed and opened again, on the same port, under a running server. Thread-safe.</summary>
internal sealed class Door : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>In a connection's items once the endpoint itself has dropped it.</summary>
    public const string SeveredKey = "severed";

    private readonly Lock _lock = new();
    private readonly SocketTransportFactory _sockets =
        new(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
    private readonly ConcurrentDictionary<ConnectionContext, bool> _connections = new();
    private readonly Socket? _placeholder;
    private readonly IPEndPoint _endPoint;
    private readonly bool _beginsClosed;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConnectionListener? _inner;
    private bool _ended;

    public Door(IPAddress address, int port, bool beginsClosed = false)
    {
        _beginsClosed = beginsClosed;
        _endPoint = new IPEndPoint(address, port);
        if (!OperatingSystem.IsLinux())
            return;
        // Bound but never listening, it keeps others from taking the port while the door is closed.
        _placeholder = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _placeholder.Bind(_endPoint);
        _endPoint = (IPEndPoint)_placeholder.LocalEndPoint!;
    }

    public EndPoint EndPoint => _endPoint;
    public int Port => _endPoint.Port;

    public bool IsOpen
    {
        get { lock (_lock) return _inner is not null; }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (!_beginsClosed)
            Open();
        return new ValueTask<IConnectionListener>(this);
    }

    public void Open()
    {
        lock (_lock)
        {
            if (_inner is not null || _ended)
                return;
            var bound = _sockets.BindAsync(_endPoint);
            // The socket transport binds synchronously.
            _inner = bound.IsCompleted ? bound.GetAwaiter().GetResult() : throw new InvalidOperationException("The transport binds asynchronously.");
            SignalChange();
        }
    }

    /// <summary>New connections are refused and those that exist are reset when this returns.</summary>
    public void Close()
    {
        lock (_lock)
        {
            var inner = _inner;
            _inner = null;
            // Disposes the listening socket, synchronously.
            _ = inner?.UnbindAsync().AsTask();
            foreach (var connection in _connections.Keys)
                Sever(connection);
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            IConnectionListener? inner;
            Task changed;
            lock (_lock)
            {
                if (_ended)
                    return null;
                inner = _inner;
                changed = _changed.Task;
            }
            if (inner is null)
                await changed.WaitAsync(cancellationToken);
            else if (await inner.AcceptAsync(cancellationToken) is { } connection && TryAdmit(inner, connection))
                return connection;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            _ended = true;
            Close();
            _placeholder?.Dispose();
            SignalChange();
        }
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);

    private bool TryAdmit(IConnectionListener inner, ConnectionContext connection)
    {
        lock (_lock)
        {
            if (inner == _inner)
            {
                _connections[connection] = true;
                connection.ConnectionClosed.Register(() => _connections.TryRemove(connection, out _));
                return true;
            }
        }
        // Accepted in the moment the door closed.
        Sever(connection);
        return false;
    }

    private static void Sever(ConnectionContext connection)
    {
        connection.Items[SeveredKey] = true;
        connection.Abort(new ConnectionAbortedException("The simulated endpoint was stopped."));
    }

    private void SignalChange()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
