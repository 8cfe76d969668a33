using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.Core.Replay;

/// <summary>Connections for callbacks. The resolved address is checked at the moment of connecting, so that a name which resolves
/// elsewhere a moment later does not get past.</summary>
internal sealed class CallbackConnections : IDisposable
{
    private readonly bool _allowPrivate;

    public CallbackConnections(CallbackOptions options)
    {
        _allowPrivate = options.AllowPrivateAddresses;
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // Whoever is told learns nothing of the router's traces.
            ActivityHeadersPropagator = null,
        });
    }

    public HttpMessageInvoker Invoker { get; }

    public void Dispose() => Invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => _allowPrivate || PublicAddress.Is(address));
        if (allowed.Length < addresses.Length || allowed.Length == 0)
            throw new HttpRequestException($"'{context.DnsEndPoint.Host}' resolves to an address that callbacks may not reach.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
