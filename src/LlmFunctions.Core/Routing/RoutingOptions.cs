namespace LlmFunctions.Core.Routing;

/// <summary>Bounds of the whole path. Bound from the section <c>Routing</c>.</summary>
public sealed class RoutingOptions
{
    /// <summary>By when an answer must have begun, whatever a model's deadline says, but for replays; default none. The function app
    /// sets 220 s, since its front end ends a request that is silent for 230 s.</summary>
    public TimeSpan? AnswerWithin { get; set; }

    /// <summary>How long the message of a queued request may be on its way before the sweeper sends it again; default 60 s.</summary>
    public TimeSpan MessageGrace { get; set; } = TimeSpan.FromSeconds(60);
}
