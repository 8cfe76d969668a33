using System.Diagnostics;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>What one attempt tells, by the GenAI conventions.</summary>
public sealed class AttemptTelemetryTests : IDisposable
{
    private const string Chat = """{"id":"c","model":"gpt-real","choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":9,"completion_tokens":12}}""";
    private const string Message = """{"id":"m","model":"gpt-real","content":[],"usage":{"input_tokens":4,"cache_creation_input_tokens":2,"cache_read_input_tokens":3,"output_tokens":12}}""";
    private const string Response = """{"id":"r","model":"gpt-real","output":[],"usage":{"input_tokens":9,"output_tokens":12}}""";

    private readonly AttemptBench _bench = new() { Tier = 3 };

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("/v1/chat/completions", EndpointKind.OpenAi, Chat, "chat", "openai")]
    [InlineData("/v1/chat/completions", EndpointKind.AzureOpenAi, Chat, "chat", "azure.ai.openai")]
    [InlineData("/openai/deployments/gpt/chat/completions", EndpointKind.AzureDeployments, Chat, "chat", "azure.ai.openai")]
    [InlineData("/v1/messages", EndpointKind.Anthropic, Message, "chat", "anthropic")]
    [InlineData("/v1/responses", EndpointKind.OpenAi, Response, "chat", "openai")]
    [InlineData("/v1/completions", EndpointKind.OpenAi, Chat, "text_completion", "openai")]
    public async Task Attempt_Answered_NamesOperationProviderModelsAndTokens(string path, EndpointKind kind, string body, string operation, string provider)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, body, kind: kind);
        await _bench.SendAsync([endpoint], path: path);

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal(($"{operation} gpt-there", ActivityKind.Client, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["gen_ai.operation.name"] = operation,
                ["gen_ai.provider.name"] = provider,
                ["gen_ai.request.model"] = "gpt-there",
                ["gen_ai.response.model"] = "gpt-real",
                ["gen_ai.usage.input_tokens"] = 9L,
                ["gen_ai.usage.output_tokens"] = 12L,
                ["server.address"] = "127.0.0.1",
                ["server.port"] = endpoint.Address.Port,
                ["llm_router.deployment"] = endpoint.Deployment,
                ["llm_router.tier"] = 3,
                ["llm_router.trial"] = false,
                ["llm_router.outcome"] = "200",
            },
            span.TagObjects.ToDictionary());
        Assert.Equal([("input", 9d), ("output", 12d)], _bench.Points("gen_ai.client.token.usage", endpoint).Select(point => ((string)point["gen_ai.token.type"]!, point.Value)));
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"data":[],"usage":{"prompt_tokens":9,"total_tokens":9}}""", "embeddings", null, 9, null)]
    [InlineData("/v1/moderations", """{"results":[]}""", "moderation", null, null, null)]
    [InlineData("/v1/images/generations", """{"data":[],"usage":{"input_tokens":9,"output_tokens":12}}""", "generate_content", "image", 9, 12)]
    [InlineData("/v1/audio/speech", "mp3", "generate_content", "speech", null, null)]
    [InlineData("/v1/audio/transcriptions", """{"text":"hi"}""", "generate_content", null, null, null)]
    public async Task Attempt_OtherThanChat_HasAnOperationOfItsOwnAndOnlyTheTokensItSays(
        string path, string body, string operation, string? output, int? input, int? outputTokens)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, body, body == "mp3" ? "audio/mpeg" : "application/json");
        await _bench.SendAsync([endpoint], path: path);

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal((operation, output), (span.GetTagItem("gen_ai.operation.name"), span.GetTagItem("gen_ai.output.type")));
        Assert.Equal(((long?)input, (long?)outputTokens), ((long?)span.GetTagItem("gen_ai.usage.input_tokens"), (long?)span.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.Null(span.GetTagItem("error.type"));
    }

    [Theory]
    [InlineData("/v1/messages/count_tokens", EndpointKind.Anthropic, "POST", "count_tokens gpt-there", "gpt-there")]
    [InlineData("/v1/responses/resp_1", EndpointKind.OpenAi, "GET", "stored_response", null)]
    public async Task Attempt_ThatUsesNoTokens_CountsNone(string path, EndpointKind kind, string method, string name, string? model)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, kind == EndpointKind.Anthropic ? """{"input_tokens":5}""" : Response, kind: kind);
        await _bench.SendAsync([endpoint], path: path, method: HttpMethod.Parse(method));

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal((name, model), (span.DisplayName, span.GetTagItem("gen_ai.request.model")));
        Assert.Empty(_bench.Points("gen_ai.client.token.usage", endpoint));
        Assert.Null(span.GetTagItem("gen_ai.usage.input_tokens"));
    }

    [Theory]
    [InlineData(500, "{}", "500")]
    [InlineData(429, "{}", "429")]
    [InlineData(401, "{}", "401")]
    [InlineData(400, """{"error":{"message":"no"}}""", "400")]
    [InlineData(200, "not json", "malformed")]
    [InlineData(200, "", "empty")]
    public async Task Attempt_ThatFailed_HasItsOutcomeAsErrorType(int status, string body, string outcome)
    {
        await using var bad = await ScriptedEndpoint.StartAsync(status, body);
        await using var good = await ScriptedEndpoint.StartAsync(200, Chat);
        await _bench.SendAsync([bad, good]);

        var span = Assert.Single(_bench.Spans(bad));
        Assert.Equal((outcome, outcome, ActivityStatusCode.Error), (span.GetTagItem("llm_router.outcome"), span.GetTagItem("error.type"), span.Status));
        var duration = Assert.Single(_bench.Points("gen_ai.client.operation.duration", bad));
        Assert.Equal((outcome, "s", "gpt-there"), (duration["error.type"], duration.Unit, duration["gen_ai.request.model"]));
        Assert.Equal(outcome, Assert.Single(_bench.Points("llm_router.attempts", bad))["llm_router.outcome"]);
    }

    [Fact]
    public async Task Attempt_Refused_HasItsOutcomeAsErrorTypeAndItsDuration()
    {
        var gone = await ScriptedEndpoint.StartAsync(200, Chat);
        await using var good = await ScriptedEndpoint.StartAsync(async context =>
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1.5));
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Chat));
        });
        var (deployment, config) = (gone.Deployment, gone.Config());
        await gone.DisposeAsync();
        await _bench.SendAsync([config, good.Config()]);

        Assert.Equal("refused", Assert.Single(_bench.Recorder.Spans("llm_router.deployment", deployment)).GetTagItem("error.type"));
        var answered = Assert.Single(_bench.Points("gen_ai.client.operation.duration", good));
        Assert.Equal((1.5, null), (answered.Value, answered["error.type"]));
    }

    [Fact]
    public async Task Attempt_CallerLeaves_IsCancelled()
    {
        using var leaving = new CancellationTokenSource();
        await using var endpoint = await ScriptedEndpoint.StartAsync(async context =>
        {
            await leaving.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await _bench.SendAsync([endpoint], cancellationToken: leaving.Token);

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal(("cancelled", "cancelled"), (span.GetTagItem("llm_router.outcome"), span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Attempt_OfAHalfOpenCircuit_IsATrial()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, Chat);
        _bench.HalfOpen(endpoint.Config());
        await _bench.SendAsync([endpoint]);

        Assert.Equal(true, Assert.Single(_bench.Spans(endpoint)).GetTagItem("llm_router.trial"));
    }

    [Fact]
    public async Task Attempt_BelowAnotherSpan_IsItsChildAndLeavesItCurrent()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, Chat);
        using var above = new Activity("above").Start();
        await _bench.SendAsync([endpoint]);

        Assert.Equal(above.SpanId, Assert.Single(_bench.Spans(endpoint)).ParentSpanId);
        Assert.Same(above, Activity.Current);
    }

    [Fact]
    public async Task Attempts_Whatever_TellNothingOfPromptKeyQueryOrAnswer()
    {
        await using var bad = await ScriptedEndpoint.StartAsync(400, """{"error":{"message":"what the endpoint says"}}""");
        await using var good = await ScriptedEndpoint.StartAsync(200, Chat.Replace("hi", "what the endpoint says", StringComparison.Ordinal));
        await _bench.SendAsync([bad]);
        await _bench.SendAsync([good]);

        var tags = _bench.Spans(bad).Concat(_bench.Spans(good)).SelectMany(span => span.TagObjects.Append(new("name", span.DisplayName)).Append(new("why", span.StatusDescription)))
            .Concat(_bench.Recorder.AllMeasured.SelectMany(point => point.Labels)).Select(tag => $"{tag.Key}={tag.Value}").Distinct().ToList();
        Assert.Contains("llm_router.outcome=400", tags);
        foreach (var secret in new[] { AttemptBench.Prompt, AttemptBench.Key, "in-the-query", "what the endpoint says" })
            Assert.DoesNotContain(tags, tag => tag.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ResponseModel_OfAnyLength_IsCutOnTheSpanAndNoLabelOfAMetric()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(200, Chat.Replace("gpt-real", new string('x', 1000), StringComparison.Ordinal));
        await _bench.SendAsync([endpoint]);

        Assert.Equal(new string('x', 256), Assert.Single(_bench.Spans(endpoint)).GetTagItem("gen_ai.response.model"));
        Assert.All(_bench.Recorder.AllMeasured, point => Assert.DoesNotContain("gen_ai.response.model", point.Labels.Keys));
    }
}
