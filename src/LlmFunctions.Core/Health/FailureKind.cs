namespace LlmFunctions.Core.Health;

/// <summary>How an attempt failed, as far as health cares.</summary>
public enum FailureKind
{
    /// <summary>No connection: refused, DNS, TLS, connect limit. Counts against every deployment of the endpoint.</summary>
    Connection,

    /// <summary>The connection was lost. Attempts that began before the last loss at the endpoint was seen count as that same loss.</summary>
    Reset,

    /// <summary>An answer that says failure: 5xx, 529, 408.</summary>
    Status,

    /// <summary>Slower than the limit.</summary>
    Timeout,

    /// <summary>An answer that is none: an error event first, no JSON where JSON is due, an empty body.</summary>
    Malformed,
}
