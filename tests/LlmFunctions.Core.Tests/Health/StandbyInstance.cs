using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>One instance's registry and keeper.</summary>
internal sealed class StandbyInstance : IStandbyStore
{
    private readonly HealthBench _bench;
    private readonly FakeStandbyTable _table;
    private readonly HealthRefresher _refresher;
    private readonly AvailabilityOptions _availability = new();

    public StandbyInstance(StandbyWorld world)
    {
        (_bench, _table) = (new(world.Time), world.Table);
        _bench.Registry.Apply(world.Catalog);
        _refresher = new(world.Table, _bench.Registry, world.Time, _bench.Options, NullLogger<HealthRefresher>.Instance);
        var options = new StandbyOptions();
        Probe.Ask = (endpoint, _) => Task.FromResult(
            endpoint.Name == "east" || world.Listens ? FakeEndpointProbe.Green : new HealthSignal.Failure(FailureKind.Connection));
        var probe = new StandbyProbe(new(Probe, world.Time), new(world.Ledger, world.Table, world.Time, _bench.Probing));
        var share = new StandbyShare(this, options, world.Time);
        var hook = new BoundedHook(world, options, world.Time);
        Tally = new(_bench.Registry, _availability, world.Time);
        Keeper = new(
            _bench.Registry, _refresher, share, new(share, hook, probe, new(_bench.Registry), options, world.Time, StartLog),
            new(share, hook, world.Time, StopLog), new(Tally, options), options, world.Time, KeeperLog);
    }

    public StandbyKeeper Keeper { get; }

    public AvailabilityTally Tally { get; }

    /// <summary>A process that was killed: what its tasks still do here reaches nobody.</summary>
    public bool IsDead { get; set; }

    public FakeEndpointProbe Probe { get; } = new();

    public ListLogger<StandbyStart> StartLog { get; } = new();

    public ListLogger<StandbyStop> StopLog { get; } = new();

    public ListLogger<StandbyKeeper> KeeperLog { get; } = new();

    public HealthBench Bench => _bench;

    /// <summary>Why the standby takes no requests here; null: it does.</summary>
    public SkipKind? Skipped => State().GetSkipReason(_bench.Now)?.Kind;

    public DeploymentState State(string id = "gpt@cold") => _bench.Registry.All.Single(state => state.Id.ToString() == id);

    public async Task TickAsync()
    {
        await _refresher.RefreshAsync();
        await Keeper.RunOnceAsync(CancellationToken.None);
        Assert.Empty(KeeperLog.Lines);
    }

    Task<StandbyRow?> IStandbyStore.ReadAsync(string endpoint, CancellationToken cancellationToken) => _table.ReadAsync(endpoint, cancellationToken);

    Task<StandbyRow?> IStandbyStore.TryWriteAsync(StandbyRow row, CancellationToken cancellationToken) =>
        IsDead ? throw new StorageUnavailableException("dead", new IOException()) : _table.TryWriteAsync(row, cancellationToken);
}
