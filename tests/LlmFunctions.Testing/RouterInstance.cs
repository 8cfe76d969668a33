using LlmFunctions.SelfHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Testing;

/// <summary>A router on a free port of this machine, with settings as an operator would give them.</summary>
public sealed class RouterInstance : IAsyncDisposable
{
    public const string OperatorKey = "operator-key";

    private readonly WebApplication _app;

    private RouterInstance(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(100),
        };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="storage">A connection string.</param>
    /// <param name="prefix">Routers with the same prefix share their state.</param>
    /// <param name="catalog">The catalog that seeds the storage.</param>
    /// <param name="settings">Over the defaults: anonymous callers, one operator's key, warnings only.</param>
    /// <param name="time">The router's clock; the system's by default. Sockets and storage keep real time.</param>
    public static async Task<RouterInstance> StartAsync(
        string storage, string prefix, string catalog, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        var values = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = storage,
            ["Storage:Prefix"] = prefix,
            ["FallbackQueueName"] = $"{prefix}-replay",
            ["Catalog"] = catalog,
            ["Access:AllowAnonymous"] = "true",
            ["Access:OperatorKeys:tests"] = "env:TEST_OPERATOR_KEY",
            ["TEST_OPERATOR_KEY"] = OperatorKey,
            ["Logging:LogLevel:Default"] = "None",
            ["Logging:LogLevel:Microsoft"] = "None",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
            values[name] = value;

        var app = RouterHost.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(values);
            builder.Services.AddSingleton(time ?? TimeProvider.System);
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        });
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Stops as SIGTERM does: finishes what is in flight.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
