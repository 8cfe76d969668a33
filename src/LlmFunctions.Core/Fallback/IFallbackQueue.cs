namespace LlmFunctions.Core.Fallback;

/// <summary>Where the messages wait that make queued requests run. A message carries only <c>{id}.{n}</c>; it may come twice,
/// late or never: the ledger decides who runs, and the sweeper sends what is missing.</summary>
public interface IFallbackQueue
{
    /// <summary>Sends the message of a request.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="number">The n of its row.</param>
    /// <param name="delay">Before it may be received.</param>
    /// <param name="timeToLive">After which the queue may drop it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QueueUnavailableException">The queue did not take it.</exception>
    Task EnqueueAsync(string id, int number, TimeSpan delay, TimeSpan timeToLive, CancellationToken cancellationToken);
}
