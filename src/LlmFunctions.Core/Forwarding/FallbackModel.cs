using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>A model that is asked after the last tier of the one the caller named.</summary>
/// <param name="Model">As the catalog has it; its own fallback models are not followed.</param>
/// <param name="Deployments">Those that serve the call, best first.</param>
public sealed record FallbackModel(ModelConfig Model, IReadOnlyList<DeploymentState> Deployments);
