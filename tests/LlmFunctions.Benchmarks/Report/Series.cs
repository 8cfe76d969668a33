namespace LlmFunctions.Benchmarks.Report;

/// <summary>One figure over the rounds.</summary>
internal sealed record Series(IReadOnlyList<double> Rounds)
{
    public double Median => Rounds.Order().ElementAt(Rounds.Count / 2);

    public double Least => Rounds.Min();

    public double Most => Rounds.Max();

    /// <summary>Round by round, since noise that lasts hits both.</summary>
    public Series Over(Series other) => new([.. Rounds.Zip(other.Rounds, (mine, its) => mine / its)]);

    public Series Minus(Series other) => new([.. Rounds.Zip(other.Rounds, (mine, its) => mine - its)]);
}
