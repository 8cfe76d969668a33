namespace LlmFunctions.Core.Catalog;

/// <summary>One model at one endpoint, under the name it has there.</summary>
public sealed record DeploymentConfig
{
    public required DeploymentId Id { get; init; }

    public required EndpointConfig Endpoint { get; init; }

    /// <summary>Priority group inside the model; lower is tried first; default 0.</summary>
    public int Tier { get; init; }

    /// <summary>Share of the tier's traffic under the <c>weighted</c> policy, 1 to 1000; default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The model's name at the endpoint; default the catalog's name.</summary>
    public required string NameThere { get; init; }

    /// <summary>Most attempts in flight from one instance; null: no limit.</summary>
    public int? MaxConcurrent { get; init; }
}
