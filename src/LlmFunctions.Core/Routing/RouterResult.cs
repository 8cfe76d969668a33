using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>How the path of one request ended.</summary>
/// <param name="Decision">Why; null when no model was found to decide about.</param>
public abstract record RouterResult(Decision? Decision)
{
    /// <summary>An endpoint answered, or refused with an error that is the caller's own.</summary>
    public sealed record Answered(EndpointAnswer Answer, Decision Decision) : RouterResult(Decision);

    /// <summary>The request is kept and will be run; its answer can be fetched.</summary>
    /// <param name="Request">Its row.</param>
    /// <param name="AppliedPreference">What <c>Preference-Applied</c> says; null: nothing was preferred.</param>
    /// <param name="Decision">Why.</param>
    public sealed record Accepted(QueuedRequest Request, string? AppliedPreference, Decision Decision) : RouterResult(Decision)
    {
        /// <summary>The answer of a background response that was done when a twin of its request came.</summary>
        public StoredResponse? Answer { get; init; }
    }

    /// <summary>The router refuses.</summary>
    public sealed record Refused(RouterError Error, Decision? Decision) : RouterResult(Decision);

    /// <summary>The answer to a dry run.</summary>
    public sealed record Explained(Decision Decision) : RouterResult(Decision);

    /// <summary>The caller left; nobody waits for an answer.</summary>
    public sealed record CallerLeft(Decision Decision) : RouterResult(Decision);
}
