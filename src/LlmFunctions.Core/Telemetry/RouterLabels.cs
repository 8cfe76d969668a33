namespace LlmFunctions.Core.Telemetry;

/// <summary>Names of the router's own attributes. Their values come from the catalog and from the code, so that there are only so many.</summary>
internal static class RouterLabels
{
    /// <summary>The model's name in the catalog; <c>_OTHER</c> for what a caller asked for that is none.</summary>
    public const string Model = "llm_router.model";

    /// <summary><c>gpt-4o@east</c></summary>
    public const string Deployment = "llm_router.deployment";

    public const string Tier = "llm_router.tier";
    public const string Trial = "llm_router.trial";

    /// <summary>How an attempt ended: <c>200</c>, <c>timeout</c>, <c>stream_cut</c>.</summary>
    public const string Outcome = "llm_router.outcome";

    /// <summary>How a request ended: <c>answered</c>, <c>broken</c>, <c>queued</c>, <c>refused</c>, <c>callerLeft</c>.</summary>
    public const string Result = "llm_router.result";

    /// <summary>Of spans only.</summary>
    public const string RequestId = "llm_router.request_id";

    public const string Attempts = "llm_router.attempts";

    /// <summary>Whether more than one deployment was asked.</summary>
    public const string Failover = "llm_router.failover";

    /// <summary>Whether a request came out of the queue.</summary>
    public const string Replay = "llm_router.replay";

    /// <summary><c>open</c> or <c>closed</c></summary>
    public const string Circuit = "llm_router.circuit.state";

    /// <summary>The last state of a queued request: <c>succeeded</c>, <c>failed</c>, <c>expired</c>, <c>cancelled</c>, <c>dead</c>.</summary>
    public const string RequestState = "llm_router.request.state";

    /// <summary>How one run of a queued request ended: <c>finished</c>, <c>ended</c>, <c>later</c>, <c>handedBack</c>.</summary>
    public const string ReplayEnding = "llm_router.replay.ending";
}
