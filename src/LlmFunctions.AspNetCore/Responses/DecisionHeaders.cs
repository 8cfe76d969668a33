using System.Globalization;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Responses;

/// <summary>Tells on every answer which way it came.</summary>
internal static class DecisionHeaders
{
    public static void Write(IHeaderDictionary headers, string requestId, Decision? decision)
    {
        headers["x-llm-request-id"] = requestId;
        if (decision is null)
            return;

        headers["x-llm-attempts"] = decision.Attempts.Count.ToString(CultureInfo.InvariantCulture);
        headers["x-llm-health-age"] = decision.HealthAge is { } age ? age.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) : "unknown";
        if (decision.Attempts.Count == 0)
            return;
        headers["x-llm-trail"] = Trail(decision.Attempts);
        if (decision.AnsweredBy is not { } by)
            return;
        headers["x-llm-endpoint"] = by.Endpoint;
        // Who asks for a stored answer names no model.
        if (decision.Model.Length > 0)
            headers["x-llm-model"] = by.Model;
    }

    // east:timeout(10.0s), payg:200(0.8s)
    private static string Trail(IReadOnlyList<AttemptRecord> attempts) =>
        attempts.Count == 1 ? Text(attempts[0]) : string.Join(", ", attempts.Select(Text));

    private static string Text(AttemptRecord attempt) => string.Create(
        CultureInfo.InvariantCulture, $"{attempt.Deployment.Endpoint}:{attempt.Outcome}({attempt.Duration.TotalSeconds:0.0}s)");
}
