using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>The availability of one deployment over some time.</summary>
/// <param name="Deployment">Which.</param>
/// <param name="Figures">Of the time it was neither throttled nor draining.</param>
/// <param name="Throttled">Observed time that it had asked to be left alone: neither up nor down.</param>
/// <param name="Draining">Time that an operator had taken it out.</param>
/// <param name="StandingBy">Time that its endpoint, a standby, was not running and not needed: neither up nor down.</param>
/// <param name="Unknown">The rest: nobody learnt anything about it.</param>
/// <param name="Alone">What its model's would have been with this deployment alone: throttled is down then; without a
/// number for a standby that was never needed.</param>
public sealed record DeploymentAvailability(
    DeploymentId Deployment,
    AvailabilityFigures Figures,
    TimeSpan Throttled,
    TimeSpan Draining,
    TimeSpan StandingBy,
    TimeSpan Unknown,
    AvailabilityFigures Alone);
