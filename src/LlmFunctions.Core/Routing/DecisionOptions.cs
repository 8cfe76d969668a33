using System.ComponentModel.DataAnnotations;

namespace LlmFunctions.Core.Routing;

/// <summary>Which decisions are kept, and for how long. Bound from the section <c>Decisions</c>.</summary>
public sealed class DecisionOptions
{
    /// <summary>Share of the requests that were answered at the first attempt whose decisions are kept, by chance: 0.01 is one of a
    /// hundred, 0 none; default 0.01. Those of failovers and errors are kept in any case.</summary>
    [Range(0d, 1d)]
    public double Share { get; set; } = 0.01;

    /// <summary>How long a decision can be read; it is removed within a day after; default 7 days.</summary>
    [StoredTime]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Decisions of an instance that may wait to be written; what comes beyond is dropped and counted; default 1 000.</summary>
    public int Buffer { get; set; } = 1_000;

    /// <summary>Most decisions that an instance writes in a second; default 200.</summary>
    public int MostPerSecond { get; set; } = 200;
}
