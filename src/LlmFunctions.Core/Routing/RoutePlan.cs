using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>What is about to be done for one request, and why.</summary>
/// <param name="Subject">What was asked for, in words, for errors.</param>
/// <param name="Decision">The explanation so far, without attempts.</param>
/// <param name="Forward">Whom to ask.</param>
internal sealed record RoutePlan(string Subject, Decision Decision, ForwardPlan Forward);
