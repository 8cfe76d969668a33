using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>The events of a stream, each with its name, without comments.</summary>
internal static partial class StreamEvents
{
    public static string[] Read(string body)
    {
        Assert.True(body.EndsWith("\n\n", StringComparison.Ordinal), $"The last event is not whole: {body}");
        return [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(one => !one.StartsWith(':'))];
    }

    public static string DataOf(string one) => one[(one.IndexOf("data: ", StringComparison.Ordinal) + "data: ".Length)..];

    /// <summary>The same events with what differs from answer to answer made the same: ids and times become numbers in the order in which
    /// they first appear, so that a second id in one answer still shows.</summary>
    public static string[] Normalize(IEnumerable<string> events)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. events.Select(one => Model().Replace(Volatile().Replace(one, match => NumberOf(match, seen)), "\"model\":\"*\""))];
    }

    private static string NumberOf(Match match, Dictionary<string, string> seen)
    {
        var kind = match.Groups["kind"].Value;
        if (!seen.TryGetValue(match.Value, out var number))
            seen[match.Value] = number = kind + seen.Keys.Count(key => key.StartsWith(kind, StringComparison.Ordinal)).ToString(CultureInfo.InvariantCulture);
        return number;
    }

    // "id":"chatcmpl-0f3c…", "created":1760000000, "created_at":1760000000
    [GeneratedRegex(@"(?<kind>chatcmpl-|cmpl-|resp_|msg_|fc_|call_|toolu_)[0-9a-f]{32}|(?<kind>""created(?:_at)?"":)\d+")]
    private static partial Regex Volatile();

    [GeneratedRegex("\"model\":\"[^\"]*\"")]
    private static partial Regex Model();
}
