using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Routing;

/// <summary>Ranks the fallback models of one request once the first of them is needed: most requests never do, and a ranking that is not
/// used would take turns from those that are. Thread-safe.</summary>
internal sealed class FallbackRanking
{
    private volatile IReadOnlyList<CandidateDecision> _candidates = [];

    public FallbackRanking(DeploymentRanker ranker, CatalogSnapshot catalog, ModelConfig model, RouterRequest request)
    {
        Models = new(() => Rank(ranker, catalog, model, request));
    }

    /// <summary>In the order of the catalog; each by its own tiers and policy, under its own names.</summary>
    public Lazy<IReadOnlyList<FallbackModel>> Models { get; }

    /// <summary>As the ranking saw them; empty before it.</summary>
    public IReadOnlyList<CandidateDecision> Candidates => _candidates;

    private List<FallbackModel> Rank(DeploymentRanker ranker, CatalogSnapshot catalog, ModelConfig asked, RouterRequest request)
    {
        var models = new List<FallbackModel>(asked.FallbackModels.Count);
        var candidates = new List<CandidateDecision>();
        foreach (var name in asked.FallbackModels)
        {
            if (!catalog.TryFindModel(name, out var model))
                continue;
            var ranked = ranker.Rank(model, request.Call.Path.Operation, StickyKey.Of(request, model), request.Call.Body.Tokens, request.IsDryRun);
            models.Add(new(model, Array.ConvertAll(ranked, candidate => candidate.State)));
            candidates.AddRange(Decision.Explain(ranked));
        }

        _candidates = candidates;
        return models;
    }
}
