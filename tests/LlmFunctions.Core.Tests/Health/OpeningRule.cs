using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>When a closed circuit must have opened, counted anew from all results: three failures in a row, or half of at least five
/// attempts in 30 s, to a tenth of it.</summary>
internal sealed class OpeningRule
{
    private static readonly long Slice = TimeSpan.FromSeconds(3).Ticks;

    private readonly List<(long Slice, bool Failed)> _results = [];
    private int _inARow;
    private int _probesInARow;

    public void Check(HealthPlay play, HealthStep step)
    {
        var row = play.State(0).ToRow();
        if (play.Before.OpenUntil is null)
        {
            var failed = Count(play, step);
            Assert.Equal(_inARow + _probesInARow >= 3 || (failed && IsHalfOfFive(play.Cluster.Now)), row.OpenUntil is not null);
        }

        if (row.Generation == play.Before.Generation)
            return;
        _results.Clear();
        _inARow = _probesInARow = 0;
    }

    /// <summary>Whether the step was the failure of an attempt.</summary>
    private bool Count(HealthPlay play, HealthStep step)
    {
        if (step.Act == HealthAct.Probe)
            _probesInARow = step.Pick % 3 == 0 ? 0 : _probesInARow + 1;
        if (play.Ended is not { } ended || ended.Lease.Generation != play.Before.Generation)
            return false;
        if (ended.Signal is not (HealthSignal.Failure or HealthSignal.Success))
            return false;
        var failed = ended.Signal is HealthSignal.Failure;
        _results.Add((play.Cluster.Now.UtcTicks / Slice, failed));
        (_inARow, _probesInARow) = failed ? (_inARow + 1, _probesInARow) : (0, 0);
        return failed;
    }

    private bool IsHalfOfFive(DateTimeOffset now)
    {
        var recent = _results.Where(result => result.Slice > (now.UtcTicks / Slice) - 10).ToList();
        return recent.Count >= 5 && recent.Count(result => result.Failed) * 2 >= recent.Count;
    }
}
