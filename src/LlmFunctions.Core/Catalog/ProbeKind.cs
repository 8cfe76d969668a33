namespace LlmFunctions.Core.Catalog;

/// <summary>What the prober asks an endpoint.</summary>
public enum ProbeKind
{
    /// <summary>Nothing: only traffic teaches.</summary>
    None,

    /// <summary>GET of a path on the endpoint, such as <c>/health</c>.</summary>
    Path,

    /// <summary>GET of the API's list of models.</summary>
    Models,

    /// <summary>The smallest completion the API accepts, for each deployment.</summary>
    Completion,
}
