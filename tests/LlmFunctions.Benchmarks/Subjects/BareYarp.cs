using System.Diagnostics;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace LlmFunctions.Benchmarks.Subjects;

/// <summary>YARP's direct forwarding as its documentation recommends it: no routes, clusters or health.
/// Source: https://learn.microsoft.com/aspnet/core/fundamentals/servers/yarp/direct-forwarding</summary>
internal static class BareYarp
{
    public static WebApplication Build(Uri endpoint)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
            ConnectTimeout = TimeSpan.FromSeconds(15),
        });
        var config = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(100) };
        app.UseRouting();
        app.MapForwarder("/{**rest}", endpoint.AbsoluteUri, config, HttpTransformer.Default, invoker);
        return app;
    }
}
