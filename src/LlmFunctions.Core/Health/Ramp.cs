using System.Numerics;

namespace LlmFunctions.Core.Health;

/// <summary>How many attempts one instance may have in flight at a deployment whose circuit just closed: 1, 2, 4, 8 …, doubling with
/// every clean second. Time is asked, never scheduled. Not thread-safe: its <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class Ramp
{
    // 65,536 in flight bind no instance: the ramp is over.
    private const int Doublings = 16;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private DateTimeOffset? _since;
    private int _doubled;

    public void Begin(DateTimeOffset closedAt) => (_since, _doubled) = (closedAt, 0);

    public void End() => _since = null;

    /// <summary>This second was not clean: it begins anew.</summary>
    public void Repeat(DateTimeOffset now)
    {
        if (_since is not null)
            (_doubled, _since) = (Doubled(now), now);
    }

    /// <summary>Null while one more may be in flight; else the moment at which it may even if nothing ends before.</summary>
    public SkipReason? GetSkipReason(DateTimeOffset now, int inFlight)
    {
        if (_since is not { } since || inFlight == 0)
            return null;
        var needed = BitOperations.Log2((uint)inFlight) + 1;
        return needed > Doublings || needed <= Doubled(now) ? null : new(SkipKind.Ramping, since + ((needed - _doubled) * Step));
    }

    // A clock that was set back must not shorten the ramp below its beginning.
    private int Doubled(DateTimeOffset now) => _since is not { } since ? 0 : (int)Math.Clamp(_doubled + ((now - since) / Step), _doubled, Doublings);
}
