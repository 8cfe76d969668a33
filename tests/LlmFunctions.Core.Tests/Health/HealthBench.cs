using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>One instance's registry, with its own or a shared clock.</summary>
internal sealed class HealthBench
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public HealthBench(FakeTimeProvider? time = null, bool probing = true, HealthOptions? options = null, FakeHealthStore? store = null)
    {
        Time = time ?? new();
        Options = Microsoft.Extensions.Options.Options.Create(options ?? new());
        Probing = Microsoft.Extensions.Options.Options.Create(new ProbingOptions { Enabled = probing });
        Registry = new(Time, Chance, Options, Probing, Log);
        Store = store ?? new();
        Trials = new(Store, Time, Options);
    }

    public FakeTimeProvider Time { get; }

    public IOptions<HealthOptions> Options { get; }

    public IOptions<ProbingOptions> Probing { get; }

    public EvenRandom Chance { get; } = new();

    public ListLogger<DeploymentRegistry> Log { get; } = new();

    public DeploymentRegistry Registry { get; }

    public FakeHealthStore Store { get; }

    public SharedTrials Trials { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public static DeploymentConfig Config(string id = "gpt@east", int? maxConcurrent = null, ProbeKind probe = ProbeKind.Models, string? nameThere = null)
    {
        Assert.True(DeploymentId.TryParse(id, out var parsed));
        var endpoint = new EndpointConfig
        {
            Name = parsed.Endpoint,
            Kind = EndpointKind.OpenAi,
            Address = new($"https://{parsed.Endpoint}.example/v1"),
            Credential = new(CredentialKind.None),
            Probe = ProbeConfig.Default with { Kind = probe },
        };
        return new() { Id = parsed, Endpoint = endpoint, NameThere = nameThere ?? parsed.Model, MaxConcurrent = maxConcurrent };
    }

    public static CatalogConfig Catalog(params DeploymentConfig[] deployments) => new(
        deployments.Select(d => d.Endpoint).DistinctBy(e => e.Name).ToDictionary(e => e.Name),
        deployments.GroupBy(d => d.Id.Model).ToDictionary(g => g.Key, g => new ModelConfig { Name = g.Key, Deployments = [.. g] }));

    public DeploymentState Get(string id = "gpt@east") => Registry.Get(Config(id));

    public DeploymentState Get(DeploymentConfig config) => Registry.Get(config);

    public void Apply(params DeploymentConfig[] deployments) => Registry.Apply(Catalog(deployments));

    public void Report(DeploymentState state, HealthSignal signal)
    {
        using var lease = state.TryBegin(Now, Limit);
        Assert.NotNull(lease);
        lease.Report(signal);
    }

    public void Succeed(DeploymentState state, int times = 1) => Repeat(state, new HealthSignal.Success(TimeSpan.FromSeconds(1)), times);

    public void Fail(DeploymentState state, int times = 1, FailureKind kind = FailureKind.Status) =>
        Repeat(state, new HealthSignal.Failure(kind), times);

    /// <summary>Opens the circuit by three failures.</summary>
    public DeploymentState Opened(FailureKind kind = FailureKind.Status, DeploymentState? state = null)
    {
        state ??= Get();
        Fail(state, 3, kind);
        Assert.Equal(SkipKind.CircuitOpen, state.GetSkipReason(Now)?.Kind);
        return state;
    }

    public DeploymentState HalfOpen(FailureKind kind = FailureKind.Status, DeploymentState? state = null)
    {
        state = Opened(kind, state);
        Time.Advance(state.ToRow().OpenUntil!.Value - Now);
        return state;
    }

    private void Repeat(DeploymentState state, HealthSignal signal, int times)
    {
        for (var i = 0; i < times; i++)
            Report(state, signal);
    }
}
