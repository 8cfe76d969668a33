namespace LlmFunctions.Core.Health.Availability;

/// <summary>The availability of one model over some time.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Figures">Down is when none of its deployments could be asked: each was down, throttled or standing by.</param>
/// <param name="Unknown">The rest of the time.</param>
/// <param name="Requests">What became of the requests for it, by whole hours.</param>
public sealed record ModelAvailability(string Model, AvailabilityFigures Figures, TimeSpan Unknown, ModelHour Requests)
{
    /// <summary>answered / (answered + unanswered + broken); null: there were none.</summary>
    public double? SuccessRate => Requests.Answered + Requests.Unanswered + Requests.Broken is var all and > 0 ? (double)Requests.Answered / all : null;
}
