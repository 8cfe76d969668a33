namespace LlmFunctions.Core.Routing;

/// <summary>A decision on its way to the store.</summary>
internal sealed record PendingDecision(Decision Decision, string Owner, RequestEnd End, DateTimeOffset EndedAt)
{
    public KeptDecision ToKept() => new(Decision.RequestId, Owner, DecisionDocument.Write(Decision, End, EndedAt));
}
