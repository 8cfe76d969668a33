using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>What is about to be done for one request, and why.</summary>
/// <param name="Subject">What was asked for, in words, for errors.</param>
/// <param name="Call">What is sent.</param>
/// <param name="Decision">The explanation so far.</param>
/// <param name="Forward">Whom to ask.</param>
/// <param name="Absence">What happens when nobody answers.</param>
internal sealed record RoutePlan(string Subject, ModelRequest Call, Decision Decision, ForwardPlan Forward, AbsencePlan Absence)
{
    private FallbackRanking? _fallbacks;

    /// <summary>The plan with models to ask after the last tier.</summary>
    public RoutePlan With(FallbackRanking fallbacks) => this with
    {
        _fallbacks = fallbacks,
        Forward = Forward with { Fallbacks = fallbacks.Models },
    };

    /// <summary>The explanation of what was done.</summary>
    public Decision Decide(ForwardResult forwarded) => Decision with
    {
        Candidates = _fallbacks is null ? Decision.Candidates : [.. Decision.Candidates, .. _fallbacks.Candidates],
        Attempts = forwarded.Attempts,
        AnsweredBy = forwarded.AnsweredBy,
        IsRetryBudgetSpent = forwarded.IsBudgetSpent,
    };

    /// <summary>The explanation of what would be done.</summary>
    public Decision Explain()
    {
        _ = _fallbacks?.Models.Value;
        return Decide(new(null, [], false));
    }
}
