using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Instances that share one table and one clock. What they share moves only when told.</summary>
internal sealed class HealthCluster : IDisposable
{
    private readonly Dictionary<HealthBench, (HealthPublisher Publisher, HealthRefresher Refresher)> _loops = [];

    public HealthCluster(int instances, HealthOptions? options = null, bool probing = true)
    {
        for (var i = 0; i < instances; i++)
            Add(options, probing);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeHealthStore Store { get; } = new();

    public List<HealthBench> Instances { get; } = [];

    public DateTimeOffset Now => Time.GetUtcNow();

    public HealthRow Row => Store["gpt@east"]!;

    public HealthBench Add(HealthOptions? options = null, bool probing = true)
    {
        var bench = new HealthBench(Time, probing, options, Store);
        bench.Apply(HealthBench.Config());
        _loops[bench] = (
            new(bench.Registry, Store, Time, bench.Chance, NullLogger<HealthPublisher>.Instance),
            new(Store, bench.Registry, Time, bench.Options, NullLogger<HealthRefresher>.Instance));
        Instances.Add(bench);
        return bench;
    }

    public Task<bool> PublishAsync(HealthBench bench) => _loops[bench].Publisher.PublishAllAsync(CancellationToken.None);

    public Task RefreshAsync(HealthBench bench) => _loops[bench].Refresher.RefreshAsync();

    /// <summary>Everybody publishes, then everybody reads.</summary>
    public async Task ShareAsync()
    {
        foreach (var bench in Instances)
            Assert.True(await PublishAsync(bench));
        foreach (var bench in Instances)
            await RefreshAsync(bench);
    }

    /// <summary>The first instance opens the circuit, all know, and the break is over.</summary>
    public async Task HalfOpenAsync(FailureKind kind = FailureKind.Status)
    {
        Instances[0].Opened(kind);
        await ShareAsync();
        Time.Advance(Row.OpenUntil!.Value - Now);
    }

    public void Dispose()
    {
        foreach (var (publisher, _) in _loops.Values)
            publisher.Dispose();
    }
}
