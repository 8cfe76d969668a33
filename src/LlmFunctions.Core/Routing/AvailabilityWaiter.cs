using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>Waits until one of several deployments may be asked.</summary>
internal sealed class AvailabilityWaiter(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // Deployments that just failed but are not out yet must not be asked again in a tight loop.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>True as soon as one is available; false when the time is up, or there is nobody to wait for.</summary>
    /// <param name="forward">Whom to wait for.</param>
    /// <param name="wereAsked">Whether attempts at them just failed.</param>
    /// <param name="until">When to give up.</param>
    /// <param name="whileWaiting">Called at every look, so that the caller's connection can be kept alive.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async Task<bool> WaitAsync(
        ForwardPlan forward, bool wereAsked, DateTimeOffset until, Func<ValueTask>? whileWaiting, CancellationToken cancellationToken)
    {
        var deployments = forward.Everybody;
        var notBefore = wereAsked ? time.GetUtcNow() + Pause : DateTimeOffset.MinValue;
        while (deployments.Count > 0 && time.GetUtcNow() is var now && now < until)
        {
            if (now >= notBefore && deployments.Any(state => state.GetSkipReason(now) is null && forward.MayAsk(state, now)))
                return true;
            if (whileWaiting is not null)
                await whileWaiting();
            await Task.Delay(until - now < Look ? until - now : Look, time, cancellationToken);
        }

        return false;
    }
}
