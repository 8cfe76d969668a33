using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads an endpoint's <c>probe</c>: <c>{ "path": "/health", "interval": "00:00:15" }</c>. The kind may be left out:
/// the path says it.</summary>
internal static partial class ProbeReader
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestLimit = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, ProbeKind> Kinds = new(StringComparer.Ordinal)
    {
        ["none"] = ProbeKind.None,
        ["path"] = ProbeKind.Path,
        ["models"] = ProbeKind.Models,
        ["completion"] = ProbeKind.Completion,
    };

    public static ProbeConfig Read(CatalogFields endpoint)
    {
        if (endpoint.Object("probe") is not { } fields)
            return ProbeConfig.Default;
        var path = fields.Text("path");
        var kind = fields.Choice("kind", Kinds) ?? KindOf(path);
        var interval = fields.Duration("interval", LongestInterval) ?? ProbeConfig.Default.Interval;
        var limit = fields.Duration("limit", LongestLimit) ?? ProbeConfig.Default.Limit;
        CheckPath(fields, kind, path);
        fields.RejectUnknownKeys();
        return new(kind, kind == ProbeKind.Path ? path : null, interval, limit);
    }

    private static ProbeKind KindOf(string? path) => path switch
    {
        null or "models" => ProbeKind.Models,
        "completion" => ProbeKind.Completion,
        _ => ProbeKind.Path,
    };

    private static void CheckPath(CatalogFields fields, ProbeKind kind, string? path)
    {
        if (kind == ProbeKind.Path && !fields.Has("path"))
            fields.Report("path", "is missing; kind path needs one, such as \"/health\".");
        else if (kind == ProbeKind.Path && path is not null && !PathPattern().IsMatch(path))
            fields.Report("path", "must be a path at the endpoint such as \"/health\", without scheme and host.");
        else if (kind != ProbeKind.Path && path is not null && KindOf(path) != kind)
            fields.Report("path", "belongs to kind path; leave one of the two out.");
    }

    // No colon and no second slash at the front: a path must not lead to another host.
    [GeneratedRegex(@"\A(?!//)[A-Za-z0-9._~%/?=&+,-]{1,512}\z")]
    private static partial Regex PathPattern();
}
