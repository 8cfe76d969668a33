using System.Globalization;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary>What an operator wants to know of <c>/manage/availability</c>.</summary>
/// <param name="From">Default a day before <paramref name="To"/>.</param>
/// <param name="To">Default now, and now at the latest.</param>
/// <param name="ByHour"><c>by=hour</c>: also, or in CSV instead, hour by hour.</param>
/// <param name="IsCsv"><c>format=csv</c>, or <c>Accept: text/csv</c>.</param>
internal sealed record AvailabilityQuery(DateTimeOffset From, DateTimeOffset To, bool ByHour, bool IsCsv)
{
    private const string Csv = "text/csv";

    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestByHour = TimeSpan.FromDays(31);
    private static readonly string[] Known = ["from", "to", "by", "format"];
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Exactly one of the two is set.</summary>
    /// <param name="request">Its query and its Accept header.</param>
    /// <param name="now">From the TimeProvider.</param>
    /// <param name="kept">How long availability is kept.</param>
    public static (AvailabilityQuery? Query, RouterError? Error) Read(HttpRequest request, DateTimeOffset now, TimeSpan kept)
    {
        if (request.Query.Keys.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            return (null, Invalid(unknown, $"There is no parameter '{unknown}'. There are from, to, by and format."));
        if (!TryReadTime(request, "from", out var from))
            return (null, NoTime("from"));
        if (!TryReadTime(request, "to", out var to))
            return (null, NoTime("to"));
        if (!TryChoose(request, "by", ["hour"], out var by))
            return (null, Invalid("by", "'by' can be hour."));
        if (!TryChoose(request, "format", ["json", "csv"], out var format))
            return (null, Invalid("format", "'format' can be json or csv."));

        var end = to is null || to > now ? now : to.Value;
        var begin = from ?? (end - DateTimeOffset.MinValue > Usual ? end - Usual : end);
        return Check(new(begin, end, by is not null, format is null ? PrefersCsv(request) : format == "csv"), now - kept);
    }

    private static (AvailabilityQuery? Query, RouterError? Error) Check(AvailabilityQuery query, DateTimeOffset keptSince) => (query.To - query.From) switch
    {
        var length when length <= TimeSpan.Zero => (null, Invalid("from", "'from' must be before 'to', and in the past.")),
        _ when query.From < keptSince - Usual => (null, Invalid("from", string.Create(
            CultureInfo.InvariantCulture, $"'from' must not be before {keptSince:yyyy-MM-dd}: what was before is not kept any more (Availability__Keep)."))),
        var length when query.ByHour && length > LongestByHour => (null, Invalid("by", $"By hour, 'from' to 'to' can be {LongestByHour.TotalDays:0} days at most.")),
        _ => (query, null),
    };

    private static bool TryReadTime(HttpRequest request, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!request.Query.TryGetValue(name, out var text))
            return true;
        if (!DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read))
            return false;
        time = read;
        return true;
    }

    private static bool TryChoose(HttpRequest request, string name, ReadOnlySpan<string> choices, out string? choice)
    {
        choice = request.Query.TryGetValue(name, out var text) ? text.ToString() : null;
        return choice is null || choices.Contains(choice);
    }

    // Accept: text/csv, application/json;q=0.5
    private static bool PrefersCsv(HttpRequest request) => request.GetTypedHeaders().Accept
        .OrderByDescending(type => type.Quality ?? 1)
        .FirstOrDefault()?.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase) == true;

    private static RouterError NoTime(string name) => Invalid(
        name, $"'{name}' must be a time such as 2026-03-04 or 2026-03-04T05:06:07Z; without an offset it is UTC, and a + is written %2B.");

    private static RouterError Invalid(string parameter, string message) => new(400, "invalid_parameter", message)
    {
        Parameter = parameter,
        ShouldRetry = false,
    };
}
