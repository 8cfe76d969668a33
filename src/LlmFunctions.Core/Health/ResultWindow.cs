namespace LlmFunctions.Core.Health;

/// <summary>How many attempts ended well and badly lately, in ten slices of a window. Not thread-safe.</summary>
internal sealed class ResultWindow(TimeSpan length)
{
    private const int Slices = 10;

    private readonly long _sliceTicks = Math.Max(1, length.Ticks / Slices);
    private readonly Slice[] _slices = new Slice[Slices];

    public void Add(DateTimeOffset now, bool failed)
    {
        var number = now.UtcTicks / _sliceTicks;
        ref var slice = ref _slices[number % Slices];
        if (slice.Number != number)
            slice = new() { Number = number };
        slice.Results++;
        if (failed && slice.Failures++ == 0)
            slice.FirstFailure = now;
    }

    public (int Results, int Failures) Count(DateTimeOffset now)
    {
        var number = now.UtcTicks / _sliceTicks;
        var (results, failures) = (0, 0);
        foreach (var slice in _slices)
        {
            if (slice.Number <= number - Slices || slice.Number > number)
                continue;
            results += slice.Results;
            failures += slice.Failures;
        }

        return (results, failures);
    }

    /// <summary>The oldest failure that <see cref="Count"/> counts; null: there is none.</summary>
    public DateTimeOffset? FirstFailure(DateTimeOffset now)
    {
        var number = now.UtcTicks / _sliceTicks;
        DateTimeOffset? first = null;
        foreach (var slice in _slices)
        {
            if (slice.Number > number - Slices && slice.Number <= number && slice.Failures > 0 && !(slice.FirstFailure >= first))
                first = slice.FirstFailure;
        }

        return first;
    }

    public void Clear() => Array.Clear(_slices);

    private struct Slice
    {
        public long Number;
        public int Results;
        public int Failures;
        public DateTimeOffset FirstFailure;
    }
}
