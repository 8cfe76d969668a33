namespace LlmFunctions.Core.Health;

/// <summary>Until when the endpoint asked us to stay away. Not thread-safe: its <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class Throttle(HealthOptions options)
{
    private static readonly TimeSpan WorthSharing = TimeSpan.FromSeconds(1);

    private int _ownWaitsInARow;
    private DateTimeOffset _since;
    private DateTimeOffset _shared;

    public DateTimeOffset Until { get; private set; }

    /// <summary>Lengthens the throttle, never shortens it. Whether other instances should know.</summary>
    public bool Report(TimeSpan? wait, DateTimeOffset began, DateTimeOffset now)
    {
        // Attempts that were under way together and are refused together are one refusal, not a reason to wait longer.
        if (wait is not { Ticks: > 0 } && began < _since)
            return false;
        var length = wait is { Ticks: > 0 } given ? given : NextOwnWait();
        var until = now + (length < options.LongestThrottle ? length : options.LongestThrottle);
        _since = now;
        Until = until > Until ? until : Until;
        if (Until <= _shared + WorthSharing)
            return false;
        _shared = Until;
        return true;
    }

    public void Succeed(DateTimeOffset began)
    {
        if (began >= _since)
            _ownWaitsInARow = 0;
    }

    public void Merge(DateTimeOffset? until)
    {
        Until = until > Until ? until.Value : Until;
        _shared = until > _shared ? until.Value : _shared;
    }

    private TimeSpan NextOwnWait()
    {
        var length = options.Throttle * Math.Pow(2, Math.Min(_ownWaitsInARow++, 20));
        return length < options.LongestOwnThrottle ? length : options.LongestOwnThrottle;
    }
}
