namespace LlmFunctions.Core.Health.Availability;

/// <summary>What became of the requests for one model in one hour; also their sum over several.</summary>
/// <param name="Answered">See <see cref="RequestFate"/>, here and below.</param>
/// <param name="Unanswered">The router's own 503 and 504.</param>
/// <param name="Broken">Answers that broke off.</param>
/// <param name="Queued">Answered with 202.</param>
/// <param name="Failovers">From the first failure of a request to its first success at another deployment.</param>
public sealed record ModelHour(long Answered, long Unanswered, long Broken, long Queued, FailoverTimes Failovers)
{
    public static ModelHour None { get; } = new(0, 0, 0, 0, FailoverTimes.None);

    public ModelHour Add(ModelHour other) => new(
        Answered + other.Answered, Unanswered + other.Unanswered, Broken + other.Broken, Queued + other.Queued, Failovers.Add(other.Failovers));
}
