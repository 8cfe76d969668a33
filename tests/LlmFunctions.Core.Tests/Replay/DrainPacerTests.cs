using LlmFunctions.Core.Replay;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class DrainPacerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void CleanIntervals_DoubleUpToTheMost()
    {
        var pacer = new DrainPacer(new ReplayOptions(), _time);
        var seen = new List<int> { pacer.MostInFlight };
        for (var i = 0; i < 30; i++)
        {
            pacer.Succeeded();
            _time.Advance(TimeSpan.FromSeconds(1));
            if (seen[^1] != pacer.MostInFlight)
                seen.Add(pacer.MostInFlight);
        }

        Assert.Equal([4, 8, 16, 32, 64], seen);
    }

    [Fact]
    public void Failure_BeginsAgainAtTheFirst()
    {
        var pacer = new DrainPacer(new ReplayOptions(), _time);
        pacer.Succeeded();
        _time.Advance(TimeSpan.FromSeconds(5));
        pacer.Succeeded();
        Assert.Equal(8, pacer.MostInFlight);
        pacer.Failed();
        Assert.Equal(4, pacer.MostInFlight);
        pacer.Succeeded();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        pacer.Succeeded();
        Assert.Equal(4, pacer.MostInFlight);
    }

    [Fact]
    public void LongRest_TheNextDrainBeginsSlowly()
    {
        var pacer = new DrainPacer(new ReplayOptions(), _time);
        pacer.Succeeded();
        _time.Advance(TimeSpan.FromSeconds(5));
        pacer.Succeeded();
        _time.Advance(TimeSpan.FromSeconds(61));
        pacer.Succeeded();
        Assert.Equal(4, pacer.MostInFlight);
    }
}
