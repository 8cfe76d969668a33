namespace LlmFunctions.Core.Fallback;

/// <summary>Who runs a queued request when its message arrives.</summary>
public interface IReplayTarget
{
    /// <summary>Runs, puts off or drops the request. The message may be completed once this returns; when it throws, the message
    /// must come again.</summary>
    Task ReplayAsync(ReplayMessage message, CancellationToken cancellationToken);

    /// <summary>How many may run at once on this instance now.</summary>
    int MostInFlight { get; }
}
