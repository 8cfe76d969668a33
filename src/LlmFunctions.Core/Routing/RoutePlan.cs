using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>What is about to be done for one request, and why.</summary>
/// <param name="Subject">What was asked for, in words, for errors.</param>
/// <param name="Call">What is sent.</param>
/// <param name="Decision">The explanation so far.</param>
/// <param name="Forward">Whom to ask.</param>
/// <param name="Absence">What happens when nobody answers.</param>
internal sealed record RoutePlan(string Subject, ModelRequest Call, Decision Decision, ForwardPlan Forward, AbsencePlan Absence);
