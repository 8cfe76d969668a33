namespace LlmFunctions.Core.Routing;

/// <summary>Learns how each request ended, for what is kept about it. Writes nothing itself and never waits.</summary>
public sealed class RequestJournal
{
    private readonly DecisionLog _decisions;

    internal RequestJournal(DecisionLog decisions) => _decisions = decisions;

    /// <summary>Notes one request, once its answer was relayed to its end.</summary>
    public void Note(RouterRequest request, RouterResult result) => _decisions.Add(request, result);
}
