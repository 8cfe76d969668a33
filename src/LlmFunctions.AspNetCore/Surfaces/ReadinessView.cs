namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>What <c>/health/ready</c> says.</summary>
/// <param name="Ready">Whether this instance should get requests.</param>
/// <param name="Stopping">Whether it is shutting down.</param>
/// <param name="CatalogVersion">The catalog in force.</param>
/// <param name="Problem">Why there is no catalog and what to do about it.</param>
/// <param name="HealthAgeSeconds">Age of the shared health state.</param>
/// <param name="Models">Model to the number of its available deployments; says what is served, never whether the instance is ready.</param>
internal sealed record ReadinessView(
    bool Ready, bool Stopping, long? CatalogVersion, string? Problem, double? HealthAgeSeconds, IReadOnlyDictionary<string, int> Models);
