namespace LlmFunctions.Core.Health;

/// <summary>Whose the trial of a break is and until when: one at a time over all instances, as far as the shared row is known. Not
/// thread-safe: its <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class TrialLease
{
    private bool _isOurs;
    private bool _isLastResort;
    private Guid? _givenBack;

    public Guid? Id { get; private set; }

    public DateTimeOffset? Until { get; private set; }

    /// <summary>The prober will not take the trial of this break, or has seen enough to let callers do it.</summary>
    public bool IsLeftToCallers { get; private set; }

    public bool IsLastResortTaken { get; private set; }

    public bool IsUnderWay(DateTimeOffset now) => Id is not null && now < Until;

    public bool IsHeldBy(Guid? trial) => trial is not null && _isOurs && trial == Id;

    /// <summary>Whether it still may begin: another instance may have it, or know of a longer break.</summary>
    public bool MayBegin(Guid? trial, bool isHalfOpen) => IsHeldBy(trial) && (isHalfOpen || _isLastResort);

    /// <summary>Takes it for this instance; nobody may hold it.</summary>
    public Guid Take(DateTimeOffset until, bool isLastResort)
    {
        var id = Guid.NewGuid();
        (Id, Until, _isOurs, _isLastResort) = (id, until, true, isLastResort);
        IsLastResortTaken |= isLastResort;
        return id;
    }

    /// <summary>Whether it was still ours.</summary>
    public bool GiveBack(Guid? trial)
    {
        if (!IsHeldBy(trial))
            return false;
        (_givenBack, Id, Until) = (trial, null, null);
        return true;
    }

    /// <summary>Whether that is news.</summary>
    public bool LeaveToCallers()
    {
        var isNew = !IsLeftToCallers;
        IsLeftToCallers = true;
        return isNew;
    }

    /// <summary>Takes over what the row of the same break says.</summary>
    public void Merge(HealthRow row, DateTimeOffset now)
    {
        IsLeftToCallers |= row.IsTrialLeftToCallers;
        IsLastResortTaken |= row.IsLastResortTaken;
        // A row that was read before our return was written still holds what we gave back.
        if (row.TrialId == Id || (row.TrialId is not null && row.TrialId == _givenBack))
            return;
        // Ours may not be written yet, or never will while the table is out; another's in the row decides in its place, and another's
        // last resort was the break's only one.
        if (Id is not null && _isOurs && !(now < row.TrialUntil) && !(_isLastResort && row.IsLastResortTaken))
            return;
        (Id, Until, _isOurs) = (row.TrialId, row.TrialUntil, false);
    }

    /// <summary>Another break begins, or none: what began under this one decides nothing any more.</summary>
    public void Reset() =>
        (Id, Until, _isOurs, _givenBack, IsLeftToCallers, IsLastResortTaken) = (null, null, false, null, false, false);
}
