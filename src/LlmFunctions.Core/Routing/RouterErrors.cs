using System.Globalization;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Routing;

/// <summary>The errors of the path itself, each saying what to do.</summary>
public static class RouterErrors
{
    // Beyond this an SDK's own retries only add load.
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    public static RouterError NotReady { get; } = new(
        503, "catalog_not_loaded", "The router has no catalog yet. Write catalog.json or the Catalog setting, or publish one with PUT /manage/catalog.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        ShouldRetry = true,
    };

    /// <summary>OpenAI's own error for it.</summary>
    public static RouterError ModelNotFound(string model) => new(
        404, "model_not_found", $"The model '{model}' does not exist. GET /v1/models lists the models there are.")
    {
        Parameter = "model",
        ShouldRetry = false,
    };

    public static RouterError NotServed(ModelConfig model, ApiPath path) => new(
        400,
        "operation_not_served",
        $"No deployment of the model '{model.Name}' serves {KindPaths.Of(path.Operation)}: its endpoints are of kind "
        + $"{string.Join(", ", model.Deployments.Select(d => EndpointKinds.NameOf(d.Endpoint.Kind)).Distinct().Order(StringComparer.Ordinal))}. Call a path that one of them serves, or another model.")
    {
        Parameter = "model",
        ShouldRetry = false,
    };

    /// <summary>It could not be made durable, so it was not accepted.</summary>
    public static RouterError NotDurable { get; } = new(
        503, "queue_unavailable", "No deployment is available, and the request could not be stored for later. Nothing was accepted; send it again.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        ShouldRetry = true,
    };

    public static RouterError KeyInUse { get; } = new(
        409, "idempotency_key_in_use", "A request under this Idempotency-Key is still running. Send it again shortly to get its answer.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        ShouldRetry = true,
    };

    public static RouterError KeyOfAnother { get; } = new(
        422, "idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key for a new request.")
    {
        ShouldRetry = false,
    };

    public static RouterError KeyNotKept { get; } = new(
        503, "idempotency_unavailable", "The store of idempotency keys cannot be reached, so an answer could not be given once only. Nothing was run; send it again, or without Idempotency-Key.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        ShouldRetry = true,
    };

    /// <summary>Nothing was available, or every attempt failed.</summary>
    internal static RouterError Unavailable(RoutePlan plan, ForwardResult result, DateTimeOffset now)
    {
        var subject = plan.Subject;
        if (plan.Call.Body.IsBackground && plan.Call.IsStreaming)
        {
            return new(400, "background_stream_not_queued", $"{subject} cannot be reached now, and a background response with 'stream' cannot be queued. Leave 'stream' out, then fetch the answer by its id.")
            {
                Parameter = "stream",
                ShouldRetry = false,
            };
        }

        if (result.IsPastDeadline)
        {
            return new(504, "deadline_exceeded", $"{subject} did not begin to answer within the deadline ({Trail(result)}). Allow more time with x-llm-timeout, or try later.")
            {
                ShouldRetry = false,
            };
        }

        var wait = EarliestReturn(plan.Forward.Everybody, now);
        var tried = result.Attempts.Count == 0 ? "no deployment is available" : $"every attempt failed ({Trail(result)})";
        if (result.IsBudgetSpent)
            tried += ", and the retry budget allows no further one";
        return new(503, "no_deployment_available", $"{subject} cannot be reached now: {tried}. Try again after {Seconds(wait)} s.")
        {
            RetryAfter = wait,
            ShouldRetry = wait <= LongestRetry,
        };
    }

    private static TimeSpan EarliestReturn(IReadOnlyList<DeploymentState> deployments, DateTimeOffset now)
    {
        TimeSpan? earliest = null;
        foreach (var state in deployments)
        {
            var wait = state.GetSkipReason(now) switch
            {
                null => TimeSpan.FromSeconds(1),
                { Until: { } until } when until > now => until - now,
                { Kind: SkipKind.Draining or SkipKind.Misconfigured } => TimeSpan.FromMinutes(5),
                { Kind: SkipKind.Standby } => TimeSpan.FromSeconds(5),
                _ => TimeSpan.FromSeconds(1),
            };
            if (earliest is null || wait < earliest)
                earliest = wait;
        }

        return earliest ?? TimeSpan.FromSeconds(5);
    }

    private static string Trail(ForwardResult result) =>
        string.Join(", ", result.Attempts.Select(a => $"{a.Deployment.Endpoint}:{a.Outcome}"));

    private static string Seconds(TimeSpan wait) => Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
