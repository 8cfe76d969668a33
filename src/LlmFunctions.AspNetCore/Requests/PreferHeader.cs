using System.Globalization;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Reads <c>Prefer</c> (RFC 7240). What is not understood is ignored, as the RFC says.</summary>
internal static class PreferHeader
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // Prefer: respond-async, wait=10
    public static CallerPreference Read(IHeaderDictionary headers)
    {
        var preference = CallerPreference.None;
        foreach (var line in headers["Prefer"])
        {
            foreach (var token in line?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
                preference = Add(preference, token);
        }

        return preference;
    }

    private static CallerPreference Add(CallerPreference preference, string token)
    {
        if (token.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
            return preference with { RespondAsync = true };
        return token.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]
            && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? preference with { Wait = TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) }
            : preference;
    }
}
