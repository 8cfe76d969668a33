using System.Collections;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>Times of one kind: in order, apart from each other, none empty. Immutable.</summary>
public sealed class Periods : IReadOnlyList<Period>
{
    private readonly IReadOnlyList<Period> _periods;

    private Periods(IReadOnlyList<Period> periods) => _periods = periods;

    public static Periods None { get; } = new([]);

    public int Count => _periods.Count;

    /// <summary>The sum of their lengths.</summary>
    public TimeSpan Total => new(_periods.Sum(period => period.Length.Ticks));

    public Period this[int index] => _periods[index];

    public static Periods Of(params IEnumerable<Period> periods) => Join(periods, TimeSpan.Zero);

    /// <summary>All of them and the gaps between them that are no longer than that. A moment alone comes to nothing.</summary>
    /// <param name="periods">In any order; they may overlap.</param>
    /// <param name="gap">The longest gap that is closed.</param>
    public static Periods Join(IEnumerable<Period> periods, TimeSpan gap) => new([.. Closed(periods, gap).Where(period => period.To > period.From)]);

    /// <summary>As <see cref="Join"/>, but moments stay.</summary>
    public static IReadOnlyList<Period> Closed(IEnumerable<Period> periods, TimeSpan gap)
    {
        var closed = new List<Period>();
        foreach (var period in periods.Where(period => period.To >= period.From).OrderBy(period => period.From))
        {
            if (closed.Count > 0 && period.From <= closed[^1].To + gap)
                closed[^1] = closed[^1] with { To = period.To > closed[^1].To ? period.To : closed[^1].To };
            else
                closed.Add(period);
        }

        return closed;
    }

    public Periods Union(Periods other) => Of([.. _periods, .. other._periods]);

    public Periods Within(DateTimeOffset from, DateTimeOffset to) => Intersect(new([new(from, to)]));

    public Periods Intersect(Periods other)
    {
        var common = new List<Period>();
        for (var (i, j) = (0, 0); i < Count && j < other.Count;)
        {
            var (one, two) = (this[i], other[j]);
            var (from, to) = (Later(one.From, two.From), one.To < two.To ? one.To : two.To);
            if (from < to)
                common.Add(new(from, to));
            if (one.To < two.To)
                i++;
            else
                j++;
        }

        return new(common);
    }

    public Periods Except(Periods other)
    {
        var left = new List<Period>();
        var next = 0;
        foreach (var period in _periods)
        {
            var from = period.From;
            while (next < other.Count && other[next].To <= from)
                next++;
            for (var i = next; i < other.Count && other[i].From < period.To; i++)
            {
                if (other[i].From > from)
                    left.Add(new(from, other[i].From));
                from = Later(from, other[i].To);
            }

            if (from < period.To)
                left.Add(new(from, period.To));
        }

        return new(left);
    }

    public IEnumerator<Period> GetEnumerator() => _periods.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset two) => one > two ? one : two;
}
