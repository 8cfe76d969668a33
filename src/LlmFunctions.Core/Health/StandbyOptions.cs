namespace LlmFunctions.Core.Health;

/// <summary>How standbys are started and stopped; bound from the section <c>Standby</c>.</summary>
public sealed class StandbyOptions
{
    /// <summary>Time between two looks at every standby; default 1 s.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time within which a hook must answer; default 30 s. An instance that died over a hook is replaced 15 s after that.</summary>
    public TimeSpan HookLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause after a start that failed; doubles with every failure in a row; default 30 s.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest such pause; default 10 min.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The pause after so many failures in a row.</summary>
    internal TimeSpan PauseAfter(int failures)
    {
        var pause = Pause * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return pause < LongestPause ? pause : LongestPause;
    }
}
