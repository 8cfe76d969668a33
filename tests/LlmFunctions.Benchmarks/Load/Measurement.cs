namespace LlmFunctions.Benchmarks.Load;

/// <summary>What one round showed of one subject.</summary>
/// <param name="PerSecond">Exchanges or events per second.</param>
/// <param name="Median">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="ProcessorTime">Microseconds of the subject's own processor time for each.</param>
internal sealed record Measurement(double PerSecond, double Median, double P99, double ProcessorTime)
{
    public static Measurement Of(double[] delays, TimeSpan elapsed, TimeSpan processorTime)
    {
        Array.Sort(delays);
        return new(delays.Length / elapsed.TotalSeconds, delays[delays.Length / 2], delays[delays.Length * 99 / 100], processorTime.TotalMicroseconds / delays.Length);
    }
}
