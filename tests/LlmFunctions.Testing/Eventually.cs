using System.Diagnostics;

namespace LlmFunctions.Testing;

/// <summary>Waits, within bounds, for what other parts of the system will bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>How long it took.</summary>
    /// <exception cref="TimeoutException">It did not come about.</exception>
    public static async Task<TimeSpan> IsTrueAsync(Func<Task<bool>> condition, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within)
                throw new TimeoutException($"It did not come about within {within.TotalSeconds:0.#} s.");
            await Task.Delay(Look);
        }

        return watch.Elapsed;
    }

    public static Task<TimeSpan> IsTrueAsync(Func<bool> condition, TimeSpan within) => IsTrueAsync(() => Task.FromResult(condition()), within);
}
