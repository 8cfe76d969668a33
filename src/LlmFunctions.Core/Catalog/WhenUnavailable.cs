namespace LlmFunctions.Core.Catalog;

/// <summary>What happens to a request when nothing is available.</summary>
public enum WhenUnavailable
{
    /// <summary><c>wait</c>: wait up to the model's <c>wait</c>, then 503 with a true <c>Retry-After</c>.</summary>
    Wait,

    /// <summary><c>queue</c>: wait likewise, then keep the request and answer 202.</summary>
    Queue,

    /// <summary><c>reject</c>: 503 at once.</summary>
    Reject,
}
