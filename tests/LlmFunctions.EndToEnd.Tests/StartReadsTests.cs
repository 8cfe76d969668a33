using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core.Diagnostics;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>What an instance asks of storage before its first request. The docs say it, and that it is bounded.</summary>
public sealed class StartReadsTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const string Deployment = "/manage/deployments/m@e0/drain";

    private static readonly Dictionary<string, string?> Quiet = new()
    {
        ["Health:RefreshInterval"] = "01:00:00",
        ["Replay:SweepInterval"] = "01:00:00",
        ["CatalogPollInterval"] = "00:00:05",
        ["Probing:Enabled"] = "false",
    };

    [Fact]
    public async Task Start_StorageInUse_ReadsTheCatalogAndHealthOnceAndWritesNothing()
    {
        var prefix = azurite.NewPrefix();
        await using (var first = await RouterInstance.StartAsync(azurite.ConnectionString, prefix, Catalog(), Quiet))
        {
            using var drain = new HttpRequestMessage(HttpMethod.Post, Deployment) { Headers = { { "api-key", RouterInstance.OperatorKey } } };
            (await first.Http.SendAsync(drain, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }

        var asked = new ConcurrentQueue<(string Method, string Resource)>();
        using var listener = Listen(prefix, asked);
        await using var second = await RouterInstance.StartAsync(azurite.ConnectionString, prefix, Catalog(), Quiet);
        await Eventually.IsTrueAsync(() => IsDrainedAsync(second), TimeSpan.FromSeconds(60));
        var before = asked.Where(one => !one.Resource.StartsWith($"{prefix}-replay/", StringComparison.Ordinal)).ToList();

        output.WriteLine(string.Join(", ", before.CountBy(one => one).Select(one => $"{one.Value} x {one.Key.Method} {one.Key.Resource}")));
        Assert.All(before, one => Assert.Equal("GET", one.Method));
        Assert.Single(before, one => one.Resource.StartsWith($"{prefix}-catalog/", StringComparison.Ordinal));
        // Of the head and of the epoch there may be a look more by now; the rows are read again when the catalog came after them.
        Assert.Contains(before, one => one.Resource.StartsWith($"{prefix}catalog(", StringComparison.Ordinal));
        Assert.InRange(before.Count(one => one.Resource.StartsWith($"{prefix}health()", StringComparison.Ordinal)), 1, 2);
        Assert.DoesNotContain(before, one => !new[] { $"{prefix}-catalog/", $"{prefix}catalog(", $"{prefix}health(" }.Any(known => one.Resource.StartsWith(known, StringComparison.Ordinal)));
    }

    // The client's own event of each request: its method, and its address with the names of an Azurite account before the resource.
    private static AzureEventSourceListener Listen(string prefix, ConcurrentQueue<(string Method, string Resource)> asked) => new(
        (e, _) =>
        {
            if (e is not { EventName: "Request", PayloadNames: { } names, Payload: { } values })
                return;
            var uri = (string)values[names.IndexOf("uri")]!;
            if (uri.Contains($"/devstoreaccount1/{prefix}", StringComparison.Ordinal))
                asked.Enqueue(((string)values[names.IndexOf("method")]!, uri.Split("/devstoreaccount1/")[1]));
        },
        EventLevel.Informational);

    // A dry run is ranked like any request, so it waits for the health as the first request would.
    private static async Task<bool> IsDrainedAsync(RouterInstance router)
    {
        using var response = await router.Http.PostAsJsonAsync("/v1/explain", Chats.Body("x"), TestContext.Current.CancellationToken);
        return (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("draining", StringComparison.OrdinalIgnoreCase);
    }

    private static string Catalog() => new JsonObject
    {
        ["endpoints"] = new JsonObject
        {
            ["e0"] = new JsonObject { ["kind"] = "openai", ["address"] = "http://localhost:9/v1", ["credential"] = "none", ["allowInsecure"] = true, ["probe"] = new JsonObject { ["kind"] = "none" } },
        },
        ["models"] = new JsonObject { ["m"] = new JsonObject { ["deployments"] = new JsonObject { ["e0"] = new JsonObject() } } },
    }.ToJsonString();
}
