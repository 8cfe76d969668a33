using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Replay;

/// <summary>How a run of a queued request ended.</summary>
internal abstract record ReplayEnding
{
    private ReplayEnding()
    {
    }

    /// <summary>Its name in metrics: <c>finished</c>, <c>ended</c>, <c>later</c>, <c>handedBack</c>.</summary>
    public abstract string Label { get; }

    /// <summary>There is an answer to keep.</summary>
    /// <param name="State">Succeeded, or failed for an answer that is the caller's error.</param>
    /// <param name="Response">The answer.</param>
    public sealed record Finished(RequestState State, StoredResponse Response) : ReplayEnding
    {
        public override string Label => "finished";
    }

    /// <summary>It cannot be run any more.</summary>
    public sealed record Ended(RequestState State, string Reason) : ReplayEnding
    {
        public override string Label => "ended";
    }

    /// <summary>To be run later.</summary>
    /// <param name="Reason">Why not now.</param>
    /// <param name="IsItsFault">Whether its deployments answer others meanwhile.</param>
    public sealed record Later(string Reason, bool IsItsFault) : ReplayEnding
    {
        public override string Label => "later";
    }

    /// <summary>This instance stops: another shall run it at once.</summary>
    public sealed record HandedBack : ReplayEnding
    {
        public override string Label => "handedBack";
    }
}
