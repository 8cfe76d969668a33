using System.Net;

namespace LlmFunctions.Core.Forwarding;

/// <summary>The one pool of outgoing connections, without redirects, cookies, proxies or retries of its own.</summary>
internal sealed class EndpointConnections : IDisposable
{
    public EndpointConnections(ForwardingOptions options)
    {
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectLimit,
            PooledConnectionLifetime = options.ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
        });
    }

    public HttpMessageInvoker Invoker { get; }

    public void Dispose() => Invoker.Dispose();
}
