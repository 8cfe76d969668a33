using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>What load balancers and Kubernetes are told.</summary>
public sealed class ReadinessTests(AzuriteFixture azurite)
{
    private static readonly int[] Two = [0, 1];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task Ready_CatalogAndHealthAreRead_SaysWhatIsServed()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Two);
        var (status, body) = await LookAsync(world.Router, "/health/ready");
        Assert.Equal((HttpStatusCode.OK, true, false, 1, 2), (status, (bool)body["ready"]!, (bool)body["stopping"]!, (int)body["catalogVersion"]!, (int)body["models"]!["m"]!));
        Assert.Null(body["problem"]);
        Assert.InRange((double)body["healthAgeSeconds"]!, 0, 60);
    }

    [Fact]
    public async Task Ready_NoDeploymentIsAvailable_IsSaidInTheBodyOnly()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Two);
        for (var left = 1; left >= 0; left--)
        {
            using var drain = new HttpRequestMessage(HttpMethod.Post, $"/manage/deployments/m@e{left}/drain") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
            using var drained = await world.Router.Http.SendAsync(drain);
            var (status, body) = await LookAsync(world.Router, "/health/ready");
            Assert.Equal((HttpStatusCode.OK, true, left), (status, (bool)body["ready"]!, (int)body["models"]!["m"]!));
        }
    }

    [Fact]
    public async Task Ready_NoCatalog_Is503ThatSaysWhatToDoUntilOneIsPublished()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Two);
        var document = await CatalogAsync(world.Router);
        await using var router = await RouterInstance.StartAsync(
            azurite.ConnectionString, azurite.NewPrefix(), "", new Dictionary<string, string?> { ["CatalogFile"] = "there-is-no-such-catalog.json" });

        var (status, body) = await LookAsync(router, "/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false, false), (status, (bool)body["ready"]!, (bool)body["stopping"]!));
        Assert.Contains("there-is-no-such-catalog.json", (string?)body["problem"], StringComparison.Ordinal);
        Assert.Equal((null, 0), (body["catalogVersion"], body["models"]!.AsObject().Count));
        Assert.Equal(HttpStatusCode.OK, (await LookAsync(router, "/health/live")).Status);
        var refused = await router.Http.ChatAsync("too early");
        Assert.Equal((503, true), (refused.Status, refused.Body.Contains("catalog_not_loaded", StringComparison.Ordinal)));

        await PublishAsync(router, document);
        await Eventually.IsTrueAsync(async () => (await LookAsync(router, "/health/ready")).Status == HttpStatusCode.OK, Patience);
        Assert.Equal(200, (await router.Http.ChatAsync("now")).Status);
    }

    [Fact]
    public async Task Ready_RouterStops_Is503ThoughItIsAliveAndServesWhatStillComes()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Two);
        // What SIGTERM does first of all.
        world.Router.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var (status, body) = await LookAsync(world.Router, "/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false, true), (status, (bool)body["ready"]!, (bool)body["stopping"]!));
        Assert.Equal(HttpStatusCode.OK, (await LookAsync(world.Router, "/health/live")).Status);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("late")).Status);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> LookAsync(RouterInstance router, string path)
    {
        using var response = await router.Http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    private static async Task<string> CatalogAsync(RouterInstance router)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/catalog") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await router.Http.SendAsync(message);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task PublishAsync(RouterInstance router, string document)
    {
        using var message = new HttpRequestMessage(HttpMethod.Put, "/manage/catalog")
        {
            Headers = { { "api-key", RouterInstance.OperatorKey } },
            Content = new StringContent(document, Encoding.UTF8, "application/json"),
        };
        using var response = await router.Http.SendAsync(message);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
