namespace LlmFunctions.Core.Health.Availability;

/// <summary>The availability of everything from one moment to another; by name.</summary>
public sealed record AvailabilitySlice(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<DeploymentAvailability> Deployments, IReadOnlyList<ModelAvailability> Models);
