namespace LlmFunctions.Core.Catalog;

/// <summary>How the available deployments of one tier are ordered.</summary>
public enum SelectionPolicyKind
{
    /// <summary><c>weighted</c>: at random in proportion to the weights.</summary>
    Weighted,

    /// <summary><c>round-robin</c>: each in turn.</summary>
    RoundRobin,

    /// <summary><c>least-busy</c>: of two at random the one with fewer attempts in flight.</summary>
    LeastBusy,

    /// <summary><c>fastest</c>: of two at random the one with the lower peak EWMA of the time to first content.</summary>
    Fastest,

    /// <summary><c>sticky</c>: rendezvous hash of the request's sticky key.</summary>
    Sticky,
}
