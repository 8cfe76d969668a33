namespace LlmFunctions.Core.Tests.Health;

/// <summary>Lets background work that minds a fake clock run on, without sleeping: at most 10 s of real time.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, Action? advance = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "It never came true.");
            advance?.Invoke();
            await Task.Yield();
        }
    }
}
