using System.Diagnostics;
using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Tests.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>The forwarder before endpoints that answer as a test says, with everything it tells recorded.</summary>
internal sealed class AttemptBench : ISecretSource, IEntraTokens, IDisposable
{
    public const string Prompt = "what nobody shall see";
    public const string Key = "the-key-of-the-endpoint";

    private readonly ForwardingOptions _options = new();
    private readonly EndpointConnections _connections;
    private readonly FailoverForwarder _forwarder;
    private readonly HealthBench _health;

    public AttemptBench()
    {
        _connections = new(_options);
        _health = new(Time);
        var stored = new StoredAnswers();
        var reader = new AnswerReader(new(stored, _options, Time), stored, new(new(), Time), _options, Time);
        _forwarder = new(
            new(new(new(this, this)), _connections, reader), new(_options, Time, new EvenRandom()), new(_options, Time), new(Time),
            _health.Trials, _options, Time, NullLogger<FailoverForwarder>.Instance);
    }

    public FakeTimeProvider Time { get; } = new();

    public TelemetryRecorder Recorder { get; } = new();

    /// <summary>Of every deployment that is asked.</summary>
    public int Tier { get; init; }

    /// <summary>Sends one request, a chat unless said otherwise, and reads its answer to its end.</summary>
    public Task<ForwardResult> SendAsync(
        IReadOnlyList<ScriptedEndpoint> endpoints, bool stream = false, string path = "/v1/chat/completions", StreamMode mode = StreamMode.Off,
        Func<int, bool>? isEnough = null, HttpMethod? method = null, CancellationToken cancellationToken = default) =>
        SendAsync([.. endpoints.Select(endpoint => endpoint.Config())], stream, path, mode, isEnough, method, cancellationToken);

    public async Task<ForwardResult> SendAsync(
        IReadOnlyList<DeploymentConfig> deployments, bool stream = false, string path = "/v1/chat/completions", StreamMode mode = StreamMode.Off,
        Func<int, bool>? isEnough = null, HttpMethod? method = null, CancellationToken cancellationToken = default)
    {
        var body = $$"""{"model":"gpt","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{Prompt}}"}]}""";
        var request = new ModelRequest
        {
            Method = method ?? HttpMethod.Post,
            Path = ApiPath.TryParse(path)!,
            Query = "?trace=in-the-query",
            Body = method == HttpMethod.Get ? new RequestBody { Bytes = default, ContentType = null } : JsonBodyReader.Read(Encoding.UTF8.GetBytes(body), "application/json"),
            Model = "gpt",
            Stream = mode,
        };
        var result = await _forwarder.ForwardAsync(request, Plan(deployments), cancellationToken);
        await using var answer = result.Answer;
        if (answer?.Chunks is not { } chunks)
            return result;
        var read = 0;
        await foreach (var _ in chunks.WithCancellation(cancellationToken))
        {
            if (isEnough?.Invoke(++read) == true)
                break;
        }

        return result;
    }

    /// <summary>The spans of the attempts at a deployment.</summary>
    public IReadOnlyList<Activity> Spans(ScriptedEndpoint endpoint) => Recorder.Spans("llm_router.deployment", endpoint.Deployment);

    public IReadOnlyList<Measured> Points(string metric, ScriptedEndpoint endpoint) => Recorder.Points(metric, "llm_router.deployment", endpoint.Deployment);

    public DeploymentState State(DeploymentConfig deployment) => _health.Get(deployment with { Tier = Tier });

    /// <summary>Opens the circuit of a deployment and waits until its trial is due.</summary>
    public void HalfOpen(DeploymentConfig deployment) => _health.HalfOpen(state: State(deployment));

    public string? Find(string name) => Key;

    public ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken) => throw new EntraTokenException("none", new IOException());

    public void Dispose()
    {
        Recorder.Dispose();
        _connections.Dispose();
    }

    private ForwardPlan Plan(IReadOnlyList<DeploymentConfig> deployments) => new()
    {
        Deployments = [.. deployments.Select(State)],
        Model = new() { Name = "gpt", Deployments = [] },
        Deadline = Time.GetUtcNow() + TimeSpan.FromMinutes(3),
        MaxAttempts = 4,
    };
}
