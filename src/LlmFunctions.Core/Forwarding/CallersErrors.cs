using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Says what becomes of a caller's error: most are passed on as they came, some are errors to one model alone, and others may
/// be asked. Used by one request only.</summary>
internal sealed class CallersErrors(ForwardPlan plan, ForwardCandidates candidates)
{
    private (AttemptOutcome.CallersError Error, DeploymentId By)? _kept;

    /// <summary>Whether others are to be asked; then those that would say the same are candidates no more.</summary>
    public bool MayAskOthers(DeploymentId by, AttemptOutcome.CallersError error)
    {
        if (error.Kind == CallersErrorKind.StoredAnswerNotFound)
            return plan.AsksInTurn;
        var isFiltered = error.Kind == CallersErrorKind.ContentFilter && plan.Model.FallbackOn.Contains("content_filter");
        if (plan.Fallbacks is null || (!isFiltered && error.Kind != CallersErrorKind.ContextLength))
            return false;

        if (isFiltered)
            candidates.Drop(by.Model);
        else
            candidates.DropUpToContextOf(by.Model);
        if (isFiltered || by.Model == plan.Model.Name)
            _kept ??= (error, by);
        return true;
    }

    /// <summary>What counts in the end, and whose answer it is.</summary>
    /// <param name="last">How the last attempt ended.</param>
    /// <param name="by">Who made it.</param>
    /// <param name="isPastDeadline">Whether there is no time for another one.</param>
    public (AttemptOutcome? Outcome, DeploymentId? By) Settle(AttemptOutcome? last, DeploymentId? by, bool isPastDeadline)
    {
        if (last is AttemptOutcome.Answered || (last is AttemptOutcome.Cancelled && !isPastDeadline))
            return (last, by);
        if (_kept is { } kept)
            return (kept.Error, kept.By);
        // Too long for a fallback model alone: the model that was asked may take it once it is back.
        if (plan.Fallbacks is not null && last is AttemptOutcome.CallersError { Kind: CallersErrorKind.ContextLength } && by?.Model != plan.Model.Name)
            return (null, null);
        return (last, by);
    }
}
