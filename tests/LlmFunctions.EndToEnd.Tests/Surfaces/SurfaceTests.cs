using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Surfaces;

/// <summary>Every surface that callers know, before every kind of endpoint: path, api-version and key are those of the endpoint.</summary>
public sealed class SurfaceTests(AzuriteFixture azurite)
{
    private const string Key = "endpoint-key";
    private const string V1 = "/v1/{0}";
    private const string AzureV1 = "/openai/v1/{0}?api-version=preview";
    private const string Deployments = "/openai/deployments/m/{0}?api-version=2023-05-15";

    public static TheoryData<string, string, string> Pairs()
    {
        var pairs = new TheoryData<string, string, string>();
        foreach (var surface in (string[])[V1, AzureV1, Deployments])
        {
            pairs.Add(surface, "openai", "/v1/{0}");
            pairs.Add(surface, "azure-openai", "/openai/v1/{0}");
            pairs.Add(surface, "azure-deployments", "/openai/deployments/m-at-e0/{0}?api-version=2024-10-21");
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_AnySurfaceBeforeAnyKind_GoesToTheEndpointsOwnPathWithItsOwnKey(string surface, string kind, string expected)
    {
        await using var world = await StartAsync(kind);
        foreach (var stream in (bool[])[false, true])
        {
            var reply = await PostAsync(world, Of(surface, "chat/completions"), Chats.Body($"hello {stream}", stream));
            Assert.Equal((200, stream), (reply.Status, reply.IsStream));
            Assert.Equal(await DirectAsync(world, $"hello {stream}"), reply.Text);
            AssertSent(world, kind, Of(expected, "chat/completions"));
        }

        var vectors = await PostAsync(world, Of(surface, "embeddings"), new() { ["model"] = "m", ["input"] = "hello" });
        Assert.Equal(16, JsonNode.Parse(vectors.Body)!["data"]![0]!["embedding"]!.AsArray().Count);
        AssertSent(world, kind, Of(expected, "embeddings"));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Multipart_AnySurfaceBeforeAnyKind_GoesThrough(string surface, string kind, string expected)
    {
        await using var world = await StartAsync(kind);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[2000]), "file", "a.wav" } };
        if (surface != Deployments)
            form.Add(new StringContent("m"), "model");
        using var response = await world.Router.Http.PostAsync(Of(surface, "audio/transcriptions"), form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertSent(world, kind, Of(expected, "audio/transcriptions"));
    }

    [Theory]
    [InlineData(V1)]
    [InlineData(AzureV1)]
    public async Task Responses_MadeThenRetrievedAndCancelled_StayWithTheEndpointUnderItsOwnPath(string surface)
    {
        await using var world = await StartAsync("azure-openai");
        var made = JsonNode.Parse((await PostAsync(world, Of(surface, "responses"), new() { ["model"] = "m", ["input"] = "hello", ["background"] = true })).Body)!;
        AssertSent(world, "azure-openai", "/openai/v1/responses");

        using var again = await world.Router.Http.GetAsync(new Uri(Of(surface, $"responses/{made["id"]}"), UriKind.Relative));
        Assert.Equal("completed", (string?)(await again.Content.ReadFromJsonAsync<JsonNode>())!["status"]);
        using var cancelled = await world.Router.Http.PostAsync(Of(surface, $"responses/{made["id"]}/cancel"), null);
        Assert.Equal((HttpStatusCode.OK, "e0"), (cancelled.StatusCode, cancelled.Headers.GetValues("x-llm-endpoint").Single()));
    }

    [Theory]
    [InlineData("2025-04-01-preview")]
    [InlineData(null)]
    public async Task AzureOpenAi_ApiVersionOfTheCatalog_ReplacesTheCallers(string? version)
    {
        await using var world = await StartAsync("azure-openai", endpoint =>
        {
            if (version is not null)
                endpoint["apiVersion"] = version;
        });
        Assert.Equal(200, (await PostAsync(world, Of(AzureV1, "chat/completions"), Chats.Body("hello"))).Status);
        AssertSent(world, "azure-openai", "/openai/v1/chat/completions" + (version is null ? "" : $"?api-version={version}"));
    }

    [Fact]
    public async Task AzureDeployments_PathThatItsKindDoesNotServe_Is400ThatSaysSo()
    {
        await using var world = await StartAsync("azure-deployments");
        var reply = await PostAsync(world, "/v1/responses", new() { ["model"] = "m", ["input"] = "hello" });
        Assert.Equal(400, reply.Status);
        Assert.Contains("operation_not_served", reply.Body, StringComparison.Ordinal);
        Assert.Equal(0, world.Endpoints[0].Counters.Total.Requests);
    }

    [Theory]
    [InlineData("azure-openai")]
    [InlineData("azure-deployments")]
    public async Task Azure_DeploymentThatDoesNotExist_IsMisconfiguredAndFailsOver(string kind)
    {
        await using var world = await RouterWorld.StartAsync(
            azurite, [0, 1], catalog => Change(catalog, kind, null), Settings, options: i => i == 0 ? new() { RequiredKey = Key, Models = ["another"] } : new());
        Assert.Equal("e0:404, e1:200", (await world.Router.Http.ChatAsync("hello")).Path);
        Assert.Equal("Misconfigured", await world.SkippedAsync(0));
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/openai/v1/models")]
    [InlineData("/openai/models?api-version=2024-10-21")]
    public async Task Models_AnySurface_AreTheCatalogs(string path)
    {
        await using var world = await StartAsync("openai");
        var list = await world.Router.Http.GetFromJsonAsync<JsonNode>(path);
        Assert.Equal("m", (string?)list!["data"]![0]!["id"]);
    }

    private static Dictionary<string, string?> Settings => new() { ["ENDPOINT_KEY"] = Key };

    private Task<RouterWorld> StartAsync(string kind, Action<JsonObject>? change = null) => RouterWorld.StartAsync(
        azurite, [0], catalog => Change(catalog, kind, change), Settings, options: _ => new SimulatorOptions { RequiredKey = Key });

    private static void Change(JsonObject catalog, string kind, Action<JsonObject>? change)
    {
        var endpoint = catalog["endpoints"]!["e0"]!.AsObject();
        endpoint["kind"] = kind;
        endpoint["credential"] = "env:ENDPOINT_KEY";
        if (kind != "openai")
            endpoint["address"] = endpoint["address"]!.GetValue<string>()[..^3];
        if (kind == "azure-deployments")
            endpoint["apiVersion"] = "2024-10-21";
        change?.Invoke(endpoint);
    }

    private static string Of(string template, string operation) => template.Replace("{0}", operation, StringComparison.Ordinal);

    private static void AssertSent(RouterWorld world, string kind, string address)
    {
        var sent = world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!;
        Assert.Equal(address, sent.Path + sent.Query);
        Assert.Contains("m-at-e0", sent.BodyText, StringComparison.Ordinal);
        Assert.Equal(kind == "openai" ? $"Bearer {Key}" : null, sent.Headers.GetValueOrDefault("Authorization"));
        Assert.Equal(kind == "openai" ? null : Key, sent.Headers.GetValueOrDefault("api-key"));
    }

    private static async Task<string> DirectAsync(RouterWorld world, string prompt)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Endpoints[0].Address, "/v1/chat/completions"))
        {
            Content = JsonContent.Create(Chats.Body(prompt)),
            Headers = { { "api-key", Key } },
        };
        using var response = await world.Router.Http.SendAsync(message);
        return (await ChatReply.ReadAsync(response)).Text;
    }

    private static async Task<ChatReply> PostAsync(RouterWorld world, string path, JsonObject body)
    {
        if (path.StartsWith("/openai/deployments", StringComparison.Ordinal))
            body.Remove("model");
        using var response = await world.Router.Http.PostAsJsonAsync(path, body);
        return await ChatReply.ReadAsync(response);
    }
}
