using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>One attempt of a request, for its decision and its trail.</summary>
/// <param name="Deployment">Who was asked.</param>
/// <param name="Outcome">How it ended: <c>200</c>, <c>timeout</c>, <c>refused</c>.</param>
/// <param name="Duration">Until the outcome was known: the first content of a stream, the whole of another answer; of a stream that
/// goes on for a broken one, the first content that the caller did not have yet.</param>
/// <param name="IsTrial">Whether it decided about a half-open circuit.</param>
public sealed record AttemptRecord(DeploymentId Deployment, string Outcome, TimeSpan Duration, bool IsTrial)
{
    /// <summary>When the outcome was known.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it brought an answer, or its beginning.</summary>
    public bool IsAnswered => Outcome is ['2', _, _];

    /// <summary>Whether the deployment kept silent past the limit: it is not asked again for the same request.</summary>
    public bool IsTimeout => Outcome == "timeout";

    /// <summary>How the stream broke after it had begun, such as <c>stream_cut</c>; null: it did not.</summary>
    public string? Broke { get; init; }
}
