using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>One primary, one standby and instances that share a table and a clock. The standby listens some time after its start
/// hook was called, as a real one does.</summary>
internal sealed class StandbyWorld : IStandbyHooks
{
    public const string Cold = "cold";

    public static readonly HookConfig Start = new() { Address = new("https://hooks.example/start"), Credential = new(CredentialKind.None) };
    public static readonly HookConfig Stop = Start with { Address = new("https://hooks.example/stop") };

    public static readonly StandbyConfig Standby = new()
    {
        Start = Start,
        Stop = Stop,
        ReadyWithin = TimeSpan.FromMinutes(5),
        StopAfter = TimeSpan.FromMinutes(10),
    };

    public StandbyWorld(int instances = 1, StandbyConfig? standby = null, params DeploymentConfig[] more)
    {
        Began = Time.GetUtcNow();
        Catalog = HealthBench.Catalog([HealthBench.Config("gpt@east"), Deployment("gpt", Cold, 1, standby ?? Standby), .. more]);
        for (var i = 0; i < instances; i++)
            Add();
    }

    public DateTimeOffset Began { get; }

    public FakeTimeProvider Time { get; } = new();

    public FakeStandbyTable Table { get; } = new();

    public FakeProbeLedger Ledger { get; } = new();

    public List<StandbyInstance> Instances { get; } = [];

    public CatalogConfig Catalog { get; }

    /// <summary>How long after its start hook the standby listens; null: never.</summary>
    public TimeSpan? StartDelay { get; set; } = TimeSpan.FromSeconds(20);

    public DateTimeOffset? ListensFrom { get; set; }

    /// <summary>Why the next hooks fail, in order.</summary>
    public Queue<string> Failures { get; } = [];

    /// <summary>While set, hooks do not answer.</summary>
    public TaskCompletionSource? Hang { get; set; }

    /// <summary>Every call of a hook, as the second it came in: <c>start 12</c>.</summary>
    public List<string> Calls { get; } = [];

    public StandbyInstance First => Instances[0];

    public StandbyRow Row => Table[Cold] ?? new() { Endpoint = Cold };

    public bool Listens => ListensFrom <= Time.GetUtcNow();

    public static DeploymentConfig Deployment(string model, string endpoint, int tier, StandbyConfig? standby = null, ProbeKind probe = ProbeKind.Models)
    {
        var plain = HealthBench.Config($"{model}@{endpoint}", probe: probe);
        return plain with { Tier = tier, Endpoint = plain.Endpoint with { Standby = standby } };
    }

    public StandbyInstance Add()
    {
        Instances.Add(new(this));
        return Instances[^1];
    }

    public void Kill(int instance)
    {
        Instances[instance].IsDead = true;
        Instances.RemoveAt(instance);
    }

    public async Task<string?> CallAsync(HookConfig hook, CancellationToken cancellationToken)
    {
        Calls.Add($"{hook.Address.AbsolutePath[1..]} {(Time.GetUtcNow() - Began).TotalSeconds:0}");
        if (Hang is { } hang)
            await hang.Task.WaitAsync(cancellationToken);
        if (Failures.TryDequeue(out var failure))
            return failure;
        ListensFrom = hook == Start ? ListensFrom ?? (Time.GetUtcNow() + StartDelay) : null;
        return null;
    }

    /// <summary>Opens the primary's circuit on every instance, as the shared table would.</summary>
    public void Break(string id = "gpt@east", FailureKind kind = FailureKind.Connection) => Merge(id, row => row with
    {
        Generation = row.Generation + 1,
        OpenUntil = Time.GetUtcNow().AddSeconds(5),
        Breaks = 1,
        LastFailure = kind,
    });

    public void Mend(string id = "gpt@east") => Merge(id, row => row with { Generation = row.Generation + 1, OpenUntil = null, Breaks = 0, LastFailure = null });

    public void Merge(string id, Func<HealthRow, HealthRow> change)
    {
        foreach (var state in Instances.Select(instance => instance.State(id)))
            state.Merge(change(state.ToRow()));
    }

    /// <summary>Lets every instance look at the table and tick, second after second.</summary>
    public async Task RunAsync(double seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            foreach (var instance in Instances)
                await instance.TickAsync();
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
