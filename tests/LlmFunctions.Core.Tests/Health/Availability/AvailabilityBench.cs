using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Health.Availability;

/// <summary>One instance's registry with what records its availability, over its own or a shared store.</summary>
internal sealed class AvailabilityBench : IDisposable
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);

    public AvailabilityBench(AvailabilityBench? shared = null)
    {
        Health = new(shared?.Time ?? new FakeTimeProvider(Begin));
        Store = shared?.Store ?? new();
        Tally = new(Health.Registry, Options, Time);
        Recorder = new(Health.Registry, Tally, Store, Time, RecorderLog);
        Writer = new(Tally, Store, Options, Time, new EvenRandom { Value = 0 }, WriterLog);
        Reporter = new(Tally, Store, Options, Time);
        Health.Apply(HealthBench.Config(), HealthBench.Config("gpt@west"));
    }

    public AvailabilityOptions Options { get; } = new();

    public HealthBench Health { get; }

    public FakeTimeProvider Time => Health.Time;

    public FakeAvailabilityStore Store { get; }

    public AvailabilityTally Tally { get; }

    public IncidentRecorder Recorder { get; }

    public SheetWriter Writer { get; }

    public AvailabilityReporter Reporter { get; }

    public ListLogger<IncidentRecorder> RecorderLog { get; } = new();

    public ListLogger<SheetWriter> WriterLog { get; } = new();

    public DeploymentState East => Health.Get();

    public DeploymentState West => Health.Get("gpt@west");

    public static DeploymentId Id(string id)
    {
        Assert.True(DeploymentId.TryParse(id, out var parsed));
        return parsed;
    }

    public Task<bool> RecordAsync() => Recorder.RecordAllAsync(CancellationToken.None);

    public Task WriteAsync() => Writer.WriteAsync(CancellationToken.None);

    /// <summary>Goes on, second by second, learning something about both deployments in each.</summary>
    public void Live(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            East.Evidence.Add(Time.GetUtcNow());
            West.Evidence.Add(Time.GetUtcNow());
            Tally.Collect();
        }
    }

    public void Dispose()
    {
        Recorder.Dispose();
        Writer.Dispose();
    }
}
