using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Routing;

/// <summary>Finds whom to ask for an answer that an endpoint keeps: the endpoint that made it if it is remembered, else all.</summary>
internal sealed class StoredAnswerFinder(StoredAnswers stored, DeploymentRegistry registry, TimeProvider time)
{
    /// <summary>The bounds of a request that names no model.</summary>
    public static ModelConfig Limits { get; } = new() { Name = "", Deployments = [], WhenUnavailable = WhenUnavailable.Reject };

    /// <summary>One deployment of each endpoint that may keep the answer.</summary>
    public Candidate[] FindEndpoints(CatalogConfig catalog, string id)
    {
        var now = time.GetUtcNow();
        var candidates = catalog.Models.Values
            .SelectMany(model => model.Deployments)
            .Where(deployment => deployment.Endpoint.Kind.Serves(ApiOperation.Responses))
            .DistinctBy(deployment => deployment.Endpoint.Name)
            .Select(registry.Get)
            .Select(state => new Candidate(state, state.GetSkipReason(now)))
            .ToArray();
        return KeepHome(candidates, id);
    }

    /// <summary>Only the candidate at the endpoint that keeps the answer, or all when it is not remembered or gone from the catalog.</summary>
    public Candidate[] KeepHome(Candidate[] candidates, string id)
    {
        if (stored.Find(id) is not { } endpoint)
            return candidates;
        var home = Array.FindAll(candidates, candidate => candidate.State.Id.Endpoint == endpoint);
        return home.Length > 0 ? home : candidates;
    }
}
