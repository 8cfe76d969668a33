using System.Globalization;
using LlmFunctions.Benchmarks.Load;

namespace LlmFunctions.Benchmarks.Report;

/// <summary>Prints one kind of load: medians over the rounds, with the spread in brackets.</summary>
internal sealed class Table(string title, IReadOnlyDictionary<string, List<Measurement>> rounds, TextWriter output)
{
    public const string Direct = "direct";
    public const string Yarp = "YARP";
    public const string Router = "router";

    public async Task WriteAsync(string figure, Func<Measurement, double> read)
    {
        await output.WriteLineAsync($"\n{title}: {figure}");
        foreach (var name in rounds.Keys)
        {
            var series = Of(name, read);
            await output.WriteLineAsync($"  {name,-8}{Absolute(series),-32}{Ratio(series, Of(Direct, read)),-30} of direct   {Ratio(series, Of(Yarp, read)),-30} of YARP");
        }
    }

    /// <summary>What a figure is above the direct path's.</summary>
    public async Task WriteAddedAsync(string figure, Func<Measurement, double> read)
    {
        await output.WriteLineAsync($"\n{title}: {figure}, added to the direct path");
        var direct = Of(Direct, read);
        var yarp = Of(Yarp, read).Minus(direct);
        var router = Of(Router, read).Minus(direct);
        await output.WriteLineAsync($"  {Yarp,-8}{Absolute(yarp)}");
        await output.WriteLineAsync($"  {Router,-8}{Absolute(router),-32}{Text($"{router.Median / yarp.Median:0.00}")} of YARP, {Absolute(router.Minus(yarp)).Trim()} more");
    }

    private Series Of(string name, Func<Measurement, double> read) => new([.. rounds[name].Select(read)]);

    private static string Absolute(Series series) => Text($"{series.Median,8:0} ({series.Least:0} to {series.Most:0})");

    private static string Ratio(Series series, Series other)
    {
        var ratio = series.Over(other);
        return Text($"{ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Most:0.00})");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
