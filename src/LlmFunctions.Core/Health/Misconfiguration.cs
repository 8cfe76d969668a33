namespace LlmFunctions.Core.Health;

/// <summary>What only an operator can mend at a deployment, and until when it is left alone. Not thread-safe: its
/// <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class Misconfiguration(HealthOptions options)
{
    private DateTimeOffset _mendedAt;

    public DateTimeOffset? Until { get; private set; }

    public string? Reason { get; private set; }

    public bool IsInForce(DateTimeOffset now) => now < Until;

    /// <summary>Whether it is news.</summary>
    public bool Set(string reason, DateTimeOffset now)
    {
        var isNew = !IsInForce(now);
        (Until, Reason) = (now + options.MisconfiguredFor, reason);
        return isNew;
    }

    /// <summary>Whether an attempt that began at that time may prove that it is mended.</summary>
    public bool IsBefore(DateTimeOffset began) => Until is not { } until || SetAt(until) <= began;

    /// <summary>Whether that ended it; also when its time had run out and nobody had tried since.</summary>
    public bool Mend(DateTimeOffset now)
    {
        if (Until is null)
            return false;
        (Until, Reason, _mendedAt) = (null, null, now);
        return true;
    }

    /// <summary>Takes over the later one, unless it was set before the last success or mending. Whether that changed anything now.</summary>
    public bool Merge(HealthRow row, DateTimeOffset? lastSuccess, DateTimeOffset now)
    {
        var was = IsInForce(now);
        if (row.MisconfiguredUntil is { } until && !(until < Until))
            (Until, Reason) = (until, row.MisconfiguredReason);
        if (Until is { } kept && (SetAt(kept) < lastSuccess || SetAt(kept) < _mendedAt))
            (Until, Reason) = (null, null);
        return was != IsInForce(now);
    }

    private DateTimeOffset SetAt(DateTimeOffset until) => until - options.MisconfiguredFor;
}
