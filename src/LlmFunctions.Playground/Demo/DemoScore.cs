using System.Globalization;

namespace LlmFunctions.Playground.Demo;

/// <summary>What the demo lost over all its scenes, and how it ends therefore.</summary>
internal sealed class DemoScore
{
    private int _lost;
    private bool _isEndpointMissed;

    /// <summary>The last line of the demo.</summary>
    public string LastLine => string.Create(CultureInfo.InvariantCulture, $"requests lost: {_lost}");

    /// <summary>0 when nothing was lost and every endpoint that returned got its traffic back, else 1.</summary>
    public int ExitCode => _lost == 0 && !_isEndpointMissed ? 0 : 1;

    /// <summary>One endpoint died and returned.</summary>
    public void Add(OutageReport report)
    {
        _lost += report.Lost;
        _isEndpointMissed |= report.Recovery is null;
    }

    /// <summary>All endpoints died and returned.</summary>
    /// <param name="asked">Requests that were sent meanwhile.</param>
    /// <param name="right">Those that got their right answer in the end.</param>
    public void AddKept(int asked, int right) => _lost += asked - right;
}
