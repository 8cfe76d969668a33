using Azure;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>The fallback queue on Azure Storage Queues.</summary>
internal sealed class StorageFallbackQueue(ReplayMailbox mailbox) : IFallbackQueue
{
    /// <summary>The longest that storage hides a message.</summary>
    private static readonly TimeSpan MostDelay = TimeSpan.FromDays(7);

    // A message must outlive its delay; whether the request is too old is for its row to say.
    private static readonly TimeSpan LeastLife = TimeSpan.FromMinutes(1);

    public async Task EnqueueAsync(string id, int number, TimeSpan delay, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var hidden = Clamp(WholeSeconds(delay), TimeSpan.Zero, MostDelay);
        var life = WholeSeconds(timeToLive) > hidden + LeastLife ? WholeSeconds(timeToLive) : hidden + LeastLife;
        try
        {
            await mailbox.SendAsync(new ReplayMessage(id, number).ToString(), hidden, life, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or RequestFailedException)
        {
            throw new QueueUnavailableException(e.Message.Split('\n')[0].TrimEnd(), e);
        }
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;

    // Storage counts in seconds and would cut a fraction off: too early.
    private static TimeSpan WholeSeconds(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
}
