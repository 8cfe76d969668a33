using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LlmFunctions.Core.Forwarding;

/// <summary>The one pool of outgoing connections, without redirects, cookies, proxies or retries of its own.</summary>
internal sealed class EndpointConnections(ForwardingOptions options) : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(CreateHandler(options));

    /// <summary>Connections outside of the pool that trust only the authorities in a file; the caller disposes them.</summary>
    /// <param name="caFile">Certificates in PEM.</param>
    public HttpMessageInvoker CreateTrusting(string caFile)
    {
        // An authority of one's own publishes no revocations.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        var handler = CreateHandler(options);
        handler.SslOptions.CertificateChainPolicy = policy;
        return new(handler);
    }

    public void Dispose() => Invoker.Dispose();

    private static SocketsHttpHandler CreateHandler(ForwardingOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.ConnectLimit,
        PooledConnectionLifetime = options.ConnectionLifetime,
        EnableMultipleHttp2Connections = true,
        // A caller's header goes on byte for byte: Kestrel reads UTF-8, and the default refuses all but ASCII.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        // An endpoint is somebody else's: it learns nothing of the caller's trace. The attempt has a span of its own.
        ActivityHeadersPropagator = null,
    };
}
