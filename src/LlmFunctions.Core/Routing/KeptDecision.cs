namespace LlmFunctions.Core.Routing;

/// <summary>The decision of one request as it is kept: no prompt, no answer.</summary>
/// <param name="RequestId">Such as <c>req_0198…</c>.</param>
/// <param name="Owner">The name of the caller's key; besides operators nobody else sees it.</param>
/// <param name="Json">A <see cref="DecisionDocument"/>.</param>
public sealed record KeptDecision(string RequestId, string Owner, string Json);
