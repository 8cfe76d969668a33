using System.Text.Json;
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
        if (stored.Find(id) is not { } answer)
            return candidates;
        var home = Array.FindAll(candidates, candidate => candidate.State.Id.Endpoint == answer.Endpoint);
        return home.Length > 0 ? home : candidates;
    }

    /// <summary>The call with the id under which the answer it names is kept, where that is another than the caller knows.</summary>
    public ModelRequest Translate(ModelRequest call)
    {
        if (call.Path.StoredId is { } id && IdThere(id) is { } there)
            return call with { Path = call.Path with { StoredId = there, Rest = $"/{there}{call.Path.Rest[(id.Length + 1)..]}" } };
        if (call.Body.PreviousResponseId is not { } previous || IdThere(previous) is not { } previousThere)
            return call;

        var (bytes, at) = (call.Body.Bytes, call.Body.PreviousResponseIdAt);
        byte[] translated = [.. bytes.Span[..at.Start.Value], .. JsonSerializer.SerializeToUtf8Bytes(previousThere, ForwardingJson.Default.String), .. bytes.Span[at.End.Value..]];
        return call with { Body = JsonBodyReader.Read(translated, call.Body.ContentType) };
    }

    private string? IdThere(string id) => stored.Find(id)?.IdThere is { } there && there != id ? there : null;
}
