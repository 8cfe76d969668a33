namespace LlmFunctions.Core.Health.Availability;

/// <summary>What became of a caller's request, as far as availability cares.</summary>
public enum RequestFate
{
    /// <summary>It got an endpoint's answer, whole; an error that is the caller's own too.</summary>
    Answered,

    /// <summary>It got the router's own 503 or 504.</summary>
    Unanswered,

    /// <summary>Its answer broke off and ended with an error.</summary>
    Broken,

    /// <summary>It got a 202 and is answered later.</summary>
    Queued,
}
