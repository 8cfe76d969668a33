namespace LlmFunctions.Simulator.Tests;

/// <summary>For what happens on the other side of a socket.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
            await Task.Delay(10, SimulatorClient.Limit);
        Assert.True(condition());
    }
}
