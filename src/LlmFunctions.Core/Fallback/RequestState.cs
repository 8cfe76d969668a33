namespace LlmFunctions.Core.Fallback;

/// <summary>Where a queued request is in its life.</summary>
public enum RequestState
{
    /// <summary>Waits for its turn, or for a deployment to return.</summary>
    Queued,

    /// <summary>An instance replays it under a lease.</summary>
    Running,

    /// <summary>Its answer is stored.</summary>
    Succeeded,

    /// <summary>The endpoint found it wrong; that answer is stored.</summary>
    Failed,

    /// <summary>Its time ran out before it could run.</summary>
    Expired,

    /// <summary>Its caller took it back.</summary>
    Cancelled,

    /// <summary>It failed again and again while its deployments answered others; an operator decides.</summary>
    Dead,
}
