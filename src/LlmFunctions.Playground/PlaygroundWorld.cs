using LlmFunctions.Core.Catalog;
using LlmFunctions.SelfHost;
using LlmFunctions.Simulator;

namespace LlmFunctions.Playground;

/// <summary>Everything one playground runs: Azurite, three simulated endpoints and the router. Disposing stops all of it.</summary>
internal sealed class PlaygroundWorld : IAsyncDisposable
{
    private readonly AzuriteProcess _azurite;

    private PlaygroundWorld(AzuriteProcess azurite, SimulatedEndpoint[] endpoints, WebApplication router)
    {
        (_azurite, Endpoints, Router) = (azurite, endpoints, router);
    }

    /// <summary>East, west and the standby.</summary>
    public IReadOnlyList<SimulatedEndpoint> Endpoints { get; }

    public WebApplication Router { get; }

    public Uri Address => new(Router.Urls.First());

    public static async Task<PlaygroundWorld> StartAsync(PlaygroundOptions options, CancellationToken cancellationToken)
    {
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = options.IsDemo }, cancellationToken);
        var endpoints = new List<SimulatedEndpoint>();
        try
        {
            foreach (var name in (string[])["east", "west", "standby"])
            {
                endpoints.Add(await SimulatedEndpoint.StartAsync(
                    new SimulatorOptions { Name = name, TokensPerSecond = 200, FirstTokenDelay = TimeSpan.FromMilliseconds(50) }, cancellationToken));
            }

            var catalog = PlaygroundCatalog.For(endpoints[0], endpoints[1], endpoints[2]);
            var router = RouterHost.Build([], builder => Configure(builder, options, azurite, catalog));
            await router.StartAsync(cancellationToken);

            // The stored catalog of an earlier run names ports of then.
            await router.Services.GetRequiredService<CatalogPublisher>().PublishAsync(catalog, "playground", cancellationToken);
            return new(azurite, [.. endpoints], router);
        }
        catch
        {
            foreach (var endpoint in endpoints)
                await endpoint.DisposeAsync();
            await azurite.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Router.StopAsync();
        await Router.DisposeAsync();
        foreach (var endpoint in Endpoints)
            await endpoint.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    private static void Configure(WebApplicationBuilder builder, PlaygroundOptions options, AzuriteProcess azurite, string catalog)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["Access:AllowAnonymous"] = "true",
            ["Access:OperatorKeys:playground"] = "env:PlaygroundOperatorKey",
            ["PlaygroundOperatorKey"] = "operator",
            ["Catalog"] = catalog,
            ["Logging:LogLevel:Default"] = options.IsDemo ? "None" : "Information",
            ["Logging:LogLevel:Microsoft"] = options.IsDemo ? "None" : "Warning",
        });
        builder.WebHost.UseUrls($"http://localhost:{options.Port}");
    }
}
