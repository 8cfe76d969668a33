using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Times as the catalog and the settings write them: <c>00:00:15</c>, <c>00:00:00.5</c>, <c>1.00:00:00</c>, and <c>24:00:00</c>,
/// which <see cref="TimeSpan.Parse(string)"/> would take for 24 days.</summary>
internal static partial class DurationText
{
    /// <summary>How to write a time, for errors.</summary>
    public const string Form = "a time as hh:mm:ss, such as 00:00:05 for 5 s or 00:00:00.5 for 500 ms";

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (Pattern().Match(text) is not { Success: true } match)
            return false;
        var days = Number(match, "days");
        var hours = Number(match, "hours");
        if (match.Groups["days"].Success && hours > 23)
            return false;
        var ticks = match.Groups["fraction"].Value.PadRight(7, '0');
        duration = new TimeSpan(days, hours, Number(match, "minutes"), Number(match, "seconds"))
            + TimeSpan.FromTicks(long.Parse(ticks, CultureInfo.InvariantCulture));
        return true;
    }

    private static int Number(Match match, string group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?:(?<days>[0-9]{1,3})\.)?(?<hours>[0-9]{1,3}):(?<minutes>[0-5][0-9]):(?<seconds>[0-5][0-9])(?:\.(?<fraction>[0-9]{1,7}))?\z")]
    private static partial Regex Pattern();
}
