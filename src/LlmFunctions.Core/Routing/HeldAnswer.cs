using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>Keeps a streaming caller's connection alive while its answer is held.</summary>
internal static class HeldAnswer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <param name="pending">The answer.</param>
    /// <param name="whileWaiting">Called at every look; null: nobody waits for a sign of life.</param>
    /// <param name="time">For the pauses between two looks.</param>
    public static async Task<ForwardResult> AwaitAsync(Task<ForwardResult> pending, Func<ValueTask>? whileWaiting, TimeProvider time)
    {
        if (whileWaiting is null)
            return await pending;
        try
        {
            while (await Task.WhenAny(pending, Task.Delay(Look, time)) != pending)
                await whileWaiting();
        }
        catch
        {
            // Who cannot be written to any more has left, which ends what is pending.
            if ((await pending).Answer is { } nobodys)
                await nobodys.DisposeAsync();
            throw;
        }

        return await pending;
    }
}
