using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Routing;

/// <summary>Finds the model, ranks its deployments and sets the bounds.</summary>
internal sealed class RoutePlanner(
    CatalogHolder catalogs, CatalogReloader reloader, HealthRefresher health, DeploymentRanker ranker, StoredAnswerFinder stored, RoutingOptions options)
{
    /// <summary>Exactly one of the two is set.</summary>
    /// <param name="request">The request.</param>
    /// <param name="begun">When it came; its deadline counts from there.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async ValueTask<(RoutePlan? Plan, RouterResult.Refused? Refused)> PlanAsync(
        RouterRequest request, DateTimeOffset begun, CancellationToken cancellationToken)
    {
        if (catalogs.Current is null)
            await reloader.LoadAsync(cancellationToken);
        if (catalogs.Current is not { } catalog)
            return (null, new(RouterErrors.NotReady, null));

        await health.EnsureFreshAsync(cancellationToken);
        if (request.Call.Path.StoredId is { } id)
            return (PlanStored(request, id, catalog, begun), null);
        if (!catalog.TryFindModel(request.Call.Model, out var model))
            return (null, new(RouterErrors.ModelNotFound(request.Call.Model), null));

        var candidates = ranker.Rank(model, request.Call.Path.Operation, StickyKey.Of(request, model), request.Call.Body.Tokens);
        if (candidates.Length == 0)
            return (null, new(RouterErrors.NotServed(model, request.Call.Path), Decide(request, catalog, candidates)));

        var previous = request.Call.Body.PreviousResponseId;
        if (previous is not null)
            candidates = stored.KeepHome(candidates, previous);
        var plan = Plan(request, $"The model '{model.Name}'", catalog, model, candidates, previous is not null, begun);
        // Another model's deployments do not keep what the request builds on.
        return (previous is null && model.FallbackModels.Count > 0 ? plan.With(new FallbackRanking(ranker, catalog, model, request)) : plan, null);
    }

    private RoutePlan PlanStored(RouterRequest request, string id, CatalogSnapshot catalog, DateTimeOffset begun)
    {
        var candidates = stored.FindEndpoints(catalog.Config, id);
        return Plan(request, $"The stored answer '{id}'", catalog, StoredAnswerFinder.Limits, candidates, isStored: true, begun);
    }

    private RoutePlan Plan(
        RouterRequest request, string subject, CatalogSnapshot catalog, ModelConfig model, Candidate[] candidates, bool isStored, DateTimeOffset begun)
    {
        // Nobody waits for a replay, so no front end cuts it.
        var deadline = begun + Shortest(model.Deadline, request.Timeout, request.IsReplay ? null : options.AnswerWithin);
        // What one endpoint keeps is out while that endpoint is: nobody else can answer, so nobody waits.
        var absence = AbsencePlan.For(request, isStored ? StoredAnswerFinder.Limits : model, !isStored, begun, deadline);
        var forward = new ForwardPlan
        {
            Deployments = Array.ConvertAll(candidates, candidate => candidate.State),
            Model = model,
            Deadline = absence.IsQueued && request.Preference.Wait is not null ? begun + Shortest(deadline - begun, Patience(request, model)) : deadline,
            MaxAttempts = isStored ? Math.Max(model.MaxAttempts, candidates.Length) : model.MaxAttempts,
            AsksInTurn = isStored,
        };
        var call = stored.Translate(request.Call) with { IdleLimit = model.IdleLimit, Stream = request.IsReplay ? StreamMode.Hold : request.Stream ?? model.Stream };
        return new(subject, call, Decide(request, catalog, candidates), forward, absence);
    }

    // Who takes a 202 after so long waits no longer for a deployment that is silent past its limit, though nobody else is left.
    private static TimeSpan? Patience(RouterRequest request, ModelConfig model)
    {
        var limit = request.Call.IsStreaming ? model.FirstTokenLimit : model.AnswerLimit;
        return request.Preference.Wait > limit ? request.Preference.Wait : limit;
    }

    private static TimeSpan Shortest(TimeSpan deadline, params ReadOnlySpan<TimeSpan?> others)
    {
        foreach (var other in others)
        {
            if (other < deadline)
                deadline = other.Value;
        }

        return deadline;
    }

    private Decision Decide(RouterRequest request, CatalogSnapshot catalog, Candidate[] candidates) =>
        new(request.Id, request.Call.Model, catalog.Version, health.Age, Decision.Explain(candidates), []);
}
