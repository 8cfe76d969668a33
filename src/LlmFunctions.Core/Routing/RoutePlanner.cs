using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Routing;

/// <summary>Finds the model, ranks its deployments and sets the bounds.</summary>
internal sealed class RoutePlanner(
    CatalogHolder catalogs, CatalogReloader reloader, HealthRefresher health, DeploymentRanker ranker, StoredAnswerFinder stored, TimeProvider time)
{
    /// <summary>Exactly one of the two is set.</summary>
    public async ValueTask<(RoutePlan? Plan, RouterResult.Refused? Refused)> PlanAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (catalogs.Current is null)
            await reloader.LoadAsync(cancellationToken);
        if (catalogs.Current is not { } catalog)
            return (null, new(RouterErrors.NotReady, null));

        await health.EnsureFreshAsync(cancellationToken);
        if (request.Call.Path.StoredId is { } id)
            return (PlanStored(request, id, catalog, now), null);
        if (!catalog.TryFindModel(request.Call.Model, out var model))
            return (null, new(RouterErrors.ModelNotFound(request.Call.Model), null));

        var candidates = ranker.Rank(model, request.Call.Path.Operation, StickyKey.Of(request, model));
        if (candidates.Length == 0)
            return (null, new(RouterErrors.NotServed(model, request.Call.Path), Decide(request, catalog, candidates)));

        var previous = request.Call.Body.PreviousResponseId;
        if (previous is not null)
            candidates = stored.KeepHome(candidates, previous);
        return (Plan(request, $"The model '{model.Name}'", catalog, model, candidates, previous is not null, now), null);
    }

    private RoutePlan PlanStored(RouterRequest request, string id, CatalogSnapshot catalog, DateTimeOffset now)
    {
        var candidates = stored.FindEndpoints(catalog.Config, id);
        return Plan(request, $"The stored answer '{id}'", catalog, StoredAnswerFinder.Limits, candidates, asksInTurn: true, now);
    }

    private RoutePlan Plan(
        RouterRequest request, string subject, CatalogSnapshot catalog, ModelConfig model, Candidate[] candidates, bool asksInTurn, DateTimeOffset now)
    {
        var deadline = request.Timeout is { } timeout && timeout < model.Deadline ? timeout : model.Deadline;
        return new(subject, Decide(request, catalog, candidates), new ForwardPlan
        {
            Deployments = Array.ConvertAll(candidates, candidate => candidate.State),
            Model = model,
            Deadline = now + deadline,
            MaxAttempts = asksInTurn ? Math.Max(model.MaxAttempts, candidates.Length) : model.MaxAttempts,
            AsksInTurn = asksInTurn,
        });
    }

    private Decision Decide(RouterRequest request, CatalogSnapshot catalog, Candidate[] candidates) =>
        new(request.Id, request.Call.Model, catalog.Version, health.Age, Decision.Explain(candidates), []);
}
