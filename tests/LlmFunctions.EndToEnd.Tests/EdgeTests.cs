using System.Net;
using System.Text;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>The edges: limits, keys, what passes and what does not.</summary>
public sealed class EdgeTests(AzuriteFixture azurite)
{
    private static readonly int[] One = [0];

    [Theory]
    [InlineData("{", "application/json", 400, "not valid JSON")]
    [InlineData("{\"messages\":[]}", "application/json", 400, "names no model")]
    [InlineData("{\"model\":\"nope\"}", "application/json", 404, "model_not_found")]
    [InlineData("{\"model\":\"m\"}", "text/plain", 415, "text/plain")]
    public async Task Chat_BadBody_IsToldBeforeAnythingIsAttempted(string body, string type, int status, string part)
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await world.Router.Http.PostAsync("/v1/chat/completions", content);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(part, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, world.Endpoints[0].Counters.Total.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_BodyAboveTheLimit_Is413(bool isChunked)
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, settings: new Dictionary<string, string?> { ["Http:MaxRequestBody"] = "10000" });
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent($"{{\"model\":\"m\",\"x\":\"{new string('x', 20_000)}\"}}", Encoding.UTF8, "application/json"),
        };
        message.Headers.TransferEncodingChunked = isChunked;
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Chat_BodiesTogetherAboveTheLimit_Is503AndThenFreeAgain()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, settings: new Dictionary<string, string?> { ["Http:MaxBufferedBodies"] = "20000" });
        world.Endpoints[0].Settings.FirstTokenDelay = TimeSpan.FromSeconds(2);
        var held = world.Router.Http.ChatAsync(new string('a', 2000));
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.InFlight == 1, TimeSpan.FromSeconds(10));
        Assert.Equal(503, (await world.Router.Http.ChatAsync(new string('b', 2000))).Status);
        Assert.Equal(200, (await held).Status);
        Assert.Equal(200, (await world.Router.Http.ChatAsync(new string('c', 2000))).Status);
    }

    [Fact]
    public async Task Chat_EncodedBody_Is415()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var message = Chats.Message("x");
        message.Content!.Headers.ContentEncoding.Add("gzip");
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v1/files", 404, "/v1/{chat/completions")]
    [InlineData("GET", "/v1/realtime", 404, "path_not_served")]
    [InlineData("GET", "/", 404, "path_not_served")]
    [InlineData("GET", "/v1/chat/completions", 405, "use POST", "POST")]
    [InlineData("GET", "/v1/explain", 405, "GET is not served at '/v1/explain'; use POST.", "POST")]
    [InlineData("PUT", "/v1/models", 405, "use GET", "GET")]
    [InlineData("POST", "/v1/requests/req_1", 405, "use DELETE or GET", "DELETE, GET")]
    [InlineData("GET", "/manage/deployments/m@e0/drain", 405, "use POST", "POST")]
    [InlineData("DELETE", "/manage/catalog", 405, "use GET or PUT", "GET, PUT")]
    [InlineData("POST", "/health/live", 405, "use GET or HEAD", "GET, HEAD")]
    [InlineData("GET", "/manage/catalog/versions/x", 404, "Served are /v1/")]
    [InlineData("HEAD", "/v1/responses/resp_1", 405, "", "DELETE, GET, POST")]
    [InlineData("OPTIONS", "/v1/responses/resp_1", 405, "method_not_allowed", "DELETE, GET, POST")]
    [InlineData("DELETE", "/v1/responses/x/%252e%252e/%252e%252e/files", 404, "path_not_served")]
    [InlineData("GET", "/v1/responses/x%3Fkey=1", 404, "path_not_served")]
    [InlineData("HEAD", "/health/live", 200, "")]
    public async Task Path_NotServed_SaysWhatIs(string method, string path, int status, string part, string? allow = null)
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var response = await world.Router.Http.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), path));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(part, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(allow, response.Content.Headers.Allow is { Count: > 0 } allowed ? string.Join(", ", allowed) : null);
    }

    [Fact]
    public async Task Operations_UnknownPathForAnOperator_SaysWhichThereAre()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/nothing") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/manage/deployments/{id}/drain", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_Deployments_TellWhatAnOperatorNeedsAndNoInternals()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        await world.Router.Http.ChatAsync("one");
        var deployment = (await world.DeploymentAsync(0)).AsObject();
        Assert.Equal(
            ["deployment", "skipped", "until", "circuit", "throttledUntil", "misconfigured", "draining", "inFlight", "latencySeconds", "lastSuccess", "standby"],
            deployment.Select(member => member.Key));
        Assert.Equal("Closed", (string?)deployment["circuit"]!["state"]);
        Assert.DoesNotContain("0001-01-01", deployment.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_ModelWithoutAnAnthropicEndpoint_Is400InItsOwnShape()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var content = new StringContent("""{"model":"m","max_tokens":1,"messages":[]}""", Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/messages", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer key-of-a", 200)]
    [InlineData("api-key", "key-of-a", 200)]
    [InlineData("x-api-key", "key-of-a", 200)]
    [InlineData("Authorization", "Bearer wrong", 401)]
    [InlineData("X-Nothing", "x", 401)]
    public async Task Key_AnyOfTheSdksHeaders_IsKnownOrRefused(string header, string value, int status)
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, settings: Keys);
        var reply = await world.Router.Http.ChatAsync("key", headers: (header, value));
        Assert.Equal(status, reply.Status);
        Assert.True(status == 200 || reply.Body.Contains("invalid_api_key", StringComparison.Ordinal), reply.Body);
    }

    [Theory]
    [InlineData("X-Nothing", "x", 200)]
    [InlineData("api-key", "key-of-a", 200)]
    [InlineData("api-key", "mistyped", 401)]
    public async Task Key_CallersHaveKeysAndAnonymousOnesMayCall_OneThatIsNobodysIsRefused(string header, string value, int status)
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, settings: new Dictionary<string, string?>(Keys) { ["Access:AllowAnonymous"] = "true" });
        Assert.Equal(status, (await world.Router.Http.ChatAsync("key", headers: (header, value))).Status);
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("\"7\"", 409)]
    [InlineData("seven", 400)]
    public async Task Catalog_IfMatch_IsTheVersionThatWasEdited(string version, int status)
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var get = new HttpRequestMessage(HttpMethod.Get, "/manage/catalog") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var read = await world.Router.Http.SendAsync(get);
        Assert.Equal("\"1\"", read.Headers.ETag?.Tag);
        using var put = new HttpRequestMessage(HttpMethod.Put, "/manage/catalog")
        {
            Headers = { { "api-key", RouterInstance.OperatorKey } },
            Content = new StringContent((await read.Content.ReadAsStringAsync()) + "\n", Encoding.UTF8, "application/json"),
        };
        put.Headers.TryAddWithoutValidation("If-Match", version);
        using var written = await world.Router.Http.SendAsync(put);
        Assert.Equal(status, (int)written.StatusCode);
    }

    [Fact]
    public async Task Key_OfACaller_OpensNoOperations()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, settings: Keys);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/deployments") { Headers = { { "api-key", "key-of-a" } } };
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Headers_OfTheCaller_ReachTheEndpointWithoutKeysCookiesAndHops()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, AddKey, new Dictionary<string, string?>(Keys) { ["EndpointKey"] = "endpoint-secret" }, options: _ => new SimulatorOptions { RequiredKey = "endpoint-secret" });
        var reply = await world.Router.Http.ChatAsync(
            "headers",
            headers: [("Authorization", "Bearer key-of-a"), ("Cookie", "session=1"), ("OpenAI-Organization", "org"), ("OpenAI-Beta", "assistants=v2"), ("X-Hop", "1"), ("If-None-Match", "*"), ("Range", "bytes=0-1"), ("Ocp-Apim-Subscription-Key", "k"), ("X-Auth-User", "u"), ("Connection", "X-Hop"), ("x-llm-timeout", "20")]);
        Assert.Equal(200, reply.Status);
        var sent = world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!.Headers;
        Assert.Equal("Bearer endpoint-secret", sent["Authorization"].ToString());
        Assert.Equal("assistants=v2", sent["OpenAI-Beta"].ToString());
        Assert.Equal("identity", sent["Accept-Encoding"].ToString());
        foreach (var name in (string[])["Cookie", "OpenAI-Organization", "X-Hop", "If-None-Match", "Range", "Ocp-Apim-Subscription-Key", "X-Auth-User", "x-llm-timeout", "api-key", "x-api-key"])
            Assert.False(sent.ContainsKey(name), name);
        Assert.DoesNotContain(reply.Headers, header => header.Value.Contains("endpoint-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chat_CredentialWhoseSettingIsMissing_IsMisconfigured()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], AddKey);
        Assert.Equal("e0:no-credential, e1:200", (await world.Router.Http.ChatAsync("missing")).Path);
        Assert.Equal("Misconfigured", await world.SkippedAsync(0));
    }

    [Fact]
    public async Task StoredAnswer_ItsEndpointIsOut_Is503AndNobodyElseAnswers()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        var made = await PostAsync(world, """{"model":"m","input":"one"}""");
        Assert.Equal(HttpStatusCode.OK, made.Status);
        var id = System.Text.Json.Nodes.JsonNode.Parse(made.Body)!["id"]!.GetValue<string>();
        await world.Endpoints[0].StopAsync();
        var next = await PostAsync(world, $$"""{"model":"m","input":"two","previous_response_id":"{{id}}"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, next.Status);
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);

        await world.Endpoints[0].RestartAsync();
        await Eventually.IsTrueAsync(
            async () => (await PostAsync(world, $$"""{"model":"m","input":"two","previous_response_id":"{{id}}"}""")).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task StoredAnswer_NotRemembered_IsAskedForInTurn()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson, Times = 1 });
        var made = await PostAsync(world, """{"model":"m","input":"one"}""");
        var id = System.Text.Json.Nodes.JsonNode.Parse(made.Body)!["id"]!.GetValue<string>();
        var fresh = await world.AddRouterAsync([0, 1]);
        using var response = await fresh.Http.GetAsync(new Uri($"/v1/responses/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("e1", response.Headers.GetValues("x-llm-endpoint").Single());

        using var unknown = await fresh.Http.GetAsync(new Uri("/v1/responses/resp_unknown", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Explain_DryRun_TellsTheOrderAndAsksNobody()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Throttle, Headers = new Dictionary<string, string> { ["Retry-After"] = "60" } });
        await world.Router.Http.ChatAsync("throttle");
        var before = world.Endpoints[1].Counters.Total.Requests;
        using var content = new StringContent("""{"model":"m"}""", Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/explain", content);
        var decision = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("m@e1", (string?)decision["chosen"]);
        Assert.Equal("Throttled", (string?)decision["candidates"]![0]!["skipped"]);
        Assert.Equal(before, world.Endpoints[1].Counters.Total.Requests);
    }

    [Fact]
    public async Task Deployments_AzurePath_NamesTheModelAndReachesAnOpenAiEndpoint()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        using var content = new StringContent("""{"messages":[{"role":"user","content":"x"}]}""", Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/openai/deployments/m/chat/completions?api-version=2024-10-21", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!;
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.DoesNotContain("api-version", request.Query, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Keys => new()
    {
        ["Access:AllowAnonymous"] = "false",
        ["Access:CallerKeys:a"] = "env:KEY_OF_A",
        ["KEY_OF_A"] = "key-of-a",
    };

    private static void AddKey(System.Text.Json.Nodes.JsonObject catalog) => catalog["endpoints"]!["e0"]!["credential"] = "env:EndpointKey";

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(RouterWorld world, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/responses", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
