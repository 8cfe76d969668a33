namespace LlmFunctions.Core.Health;

/// <summary>What the prober may do; bound from the section <c>Probing</c>.</summary>
public sealed class ProbingOptions
{
    /// <summary>Whether endpoints are probed at all; default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two looks for what is due, and the most one of them may take; default 1 s (a timer function: 5 s).</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Tokens that probes may use on one day (UTC), over all instances and endpoints; default 20 000.</summary>
    public int DailyTokens { get; set; } = 20_000;

    /// <summary>Tokens set aside for one completion: its prompt is about 8, its answer at most 16; default 25.</summary>
    public int CompletionTokens { get; set; } = 25;

    /// <summary>Pause after a trial that decided nothing before the prober tries again; default 5 s.</summary>
    public TimeSpan TrialRetry { get; set; } = TimeSpan.FromSeconds(5);
}
