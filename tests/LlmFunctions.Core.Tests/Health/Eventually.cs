namespace LlmFunctions.Core.Tests.Health;

/// <summary>Lets background work that minds a fake clock run on, without sleeping: at most 10 s of real time.</summary>
internal static class Eventually
{
    // Background work needs real time too: a clock that ran ahead of it would make it miss its own limits.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(2);

    public static async Task TrueAsync(Func<bool> condition, Action? advance = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "It never came true.");
            advance?.Invoke();
            var advanced = TimeProvider.System.GetTimestamp();
            do
                await Task.Yield();
            while (!condition() && TimeProvider.System.GetElapsedTime(advanced) < Turn);
        }
    }
}
