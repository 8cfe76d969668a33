using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Plays steps on instances that share a table; what changed is published at once, and learnt when a step says so.</summary>
internal sealed class HealthPlay(int instances) : IDisposable
{
    private static readonly FailureKind[] Kinds = [FailureKind.Status, FailureKind.Timeout, FailureKind.Connection, FailureKind.Malformed];

    private readonly List<(int Instance, AttemptLease Lease)> _inFlight = [];

    public HealthCluster Cluster { get; } = new(instances);

    /// <summary>What the last step's instance knew before it.</summary>
    public HealthRow Before { get; private set; } = new() { Id = new("gpt", "east") };

    /// <summary>What it knew after it, before anything was shared.</summary>
    public HealthRow After { get; private set; } = new() { Id = new("gpt", "east") };

    /// <summary>What the last step ended: null, or the attempt and what it taught.</summary>
    public (AttemptLease Lease, HealthSignal Signal)? Ended { get; private set; }

    /// <summary>What the last step began.</summary>
    public AttemptLease? Begun { get; private set; }

    public IEnumerable<AttemptLease> InFlight => _inFlight.Select(one => one.Lease);

    public DeploymentState State(int instance) => Cluster.Instances[instance].Get();

    public async Task PlayAsync(HealthStep step)
    {
        var bench = Cluster.Instances[step.Instance];
        (Ended, Begun, Before) = (null, null, bench.Get().ToRow());
        switch (step.Act)
        {
            case HealthAct.Begin:
                Begin(step, await bench.Trials.TryBeginAsync(bench.Get(), HealthBench.Limit));
                break;
            case HealthAct.BeginProbe:
                Begin(step, await bench.Trials.TryBeginProbeAsync(bench.Get(), HealthBench.Limit));
                break;
            case HealthAct.LastResort:
                Begin(step, await bench.Trials.TryBeginLastResortAsync(bench.Get(), HealthBench.Limit));
                break;
            case HealthAct.Probe:
                bench.Get().ReportProbe(step.Pick % 3 == 0 ? Success : new HealthSignal.Failure(FailureKind.Status), Cluster.Now, bench.Get().ToRow().Generation);
                break;
            case HealthAct.Refresh:
                await Cluster.RefreshAsync(bench);
                break;
            case HealthAct.Pass:
                Cluster.Time.Advance(TimeSpan.FromMilliseconds(step.Pick * 5));
                break;
            default:
                End(step);
                break;
        }

        After = bench.Get().ToRow();
        foreach (var one in Cluster.Instances)
            Assert.True(await Cluster.PublishAsync(one));
    }

    public void Dispose() => Cluster.Dispose();

    private static HealthSignal Success => new HealthSignal.Success(TimeSpan.FromMilliseconds(50));

    private void Begin(HealthStep step, AttemptLease? lease)
    {
        Begun = lease;
        if (lease is not null)
            _inFlight.Add((step.Instance, lease));
    }

    private void End(HealthStep step)
    {
        if (_inFlight.Count == 0)
            return;
        var index = step.Pick % _inFlight.Count;
        var lease = _inFlight[index].Lease;
        HealthSignal signal = step.Act switch
        {
            HealthAct.Fail => new HealthSignal.Failure(Kinds[step.Pick % Kinds.Length]),
            HealthAct.Succeed => Success,
            HealthAct.Throttle => new HealthSignal.Throttled(TimeSpan.FromMilliseconds(step.Pick)),
            _ => HealthSignal.None.Instance,
        };
        _inFlight.RemoveAt(index);
        lease.Report(signal);
        lease.Dispose();
        Ended = (lease, signal);
    }
}
