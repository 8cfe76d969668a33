using System.Collections.Concurrent;
using System.Net;
using LlmFunctions.Playground;
using Yarp.ReverseProxy.Forwarder;

namespace LlmFunctions.Benchmarks.Queue;

/// <summary>Stands before a storage emulator, passes every exchange on and counts it by service and kind.</summary>
internal sealed class CountingStorage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None });
    private readonly ConcurrentDictionary<string, int> _counts = new();

    private CountingStorage(WebApplication app) => _app = app;

    public string ConnectionString { get; private set; } = "";

    /// <summary>Such as <c>blob PUT</c> to how often.</summary>
    public IReadOnlyDictionary<string, int> Counts => new SortedDictionary<string, int>(_counts);

    public static async Task<CountingStorage> StartAsync(AzuriteProcess azurite)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var storage = new CountingStorage(app);
        var targets = new ConcurrentDictionary<int, (string Service, int Port)>();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(async context =>
        {
            var (service, port) = targets[context.Connection.LocalPort];
            storage._counts.AddOrUpdate($"{service} {context.Request.Method}", 1, (_, count) => count + 1);
            await forwarder.SendAsync(context, $"http://127.0.0.1:{port}/", storage._invoker, ForwarderRequestConfig.Empty, KeepHost.Instance);
        });
        await app.StartAsync();
        var ports = app.Urls.Select(url => new Uri(url).Port).ToArray();
        targets[ports[0]] = ("blob", azurite.BlobPort);
        targets[ports[1]] = ("queue", azurite.QueuePort);
        targets[ports[2]] = ("table", azurite.TablePort);
        storage.ConnectionString = AzuriteConnectionString.For(ports[0], ports[1], ports[2]);
        return storage;
    }

    public void Clear() => _counts.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _invoker.Dispose();
    }

    // Links that the emulator gives out must lead through here too.
    private sealed class KeepHost : HttpTransformer
    {
        public static KeepHost Instance { get; } = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        }
    }
}
