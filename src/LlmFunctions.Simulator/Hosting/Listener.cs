using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Simulator;

/// <summary>A bare Kestrel behind a door, without a host: cheap to start by the dozen.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private Listener(KestrelServer server, Door door, IPAddress address)
    {
        _server = server;
        Door = door;
        // Any address is no address to connect to.
        var host = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address;
        Address = new Uri($"http://{new IPEndPoint(host, door.Port)}");
    }

    public Door Door { get; }
    public Uri Address { get; }

    public static async Task<Listener> StartAsync(
        IPAddress address, int port, Func<HttpContext, Task> handler, CancellationToken cancellationToken, bool beginsClosed = false)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        var door = new Door(address, port, beginsClosed);
        options.Listen(new IPEndPoint(address, door.Port));
        var server = new KestrelServer(Options.Create(options), door, NullLoggerFactory.Instance);
        try
        {
            await server.StartAsync(new HandlerApplication(handler), cancellationToken);
        }
        catch
        {
            await door.DisposeAsync();
            server.Dispose();
            throw;
        }
        return new Listener(server, door, address);
    }

    public async ValueTask DisposeAsync()
    {
        Door.Close();
        await _server.StopAsync(new CancellationToken(canceled: true));
        await Door.DisposeAsync();
        _server.Dispose();
    }
}
