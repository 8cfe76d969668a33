using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads one entry of <c>models</c>: <c>{ "policy": "weighted", "deployments": { "east": {} } }</c>.</summary>
internal static partial class ModelReader
{
    private static readonly TimeSpan LongestLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(30);

    private static readonly Dictionary<string, SelectionPolicyKind> Policies = new(StringComparer.Ordinal)
    {
        ["weighted"] = SelectionPolicyKind.Weighted,
        ["round-robin"] = SelectionPolicyKind.RoundRobin,
        ["least-busy"] = SelectionPolicyKind.LeastBusy,
        ["fastest"] = SelectionPolicyKind.Fastest,
        ["sticky"] = SelectionPolicyKind.Sticky,
    };

    private static readonly Dictionary<string, WhenUnavailable> WhenUnavailables = new(StringComparer.Ordinal)
    {
        ["wait"] = WhenUnavailable.Wait,
        ["queue"] = WhenUnavailable.Queue,
        ["reject"] = WhenUnavailable.Reject,
    };

    public static ModelConfig Read(string name, CatalogFields fields, IReadOnlyDictionary<string, EndpointConfig?> endpoints)
    {
        if (!NamePattern().IsMatch(name))
            fields.Report("is no name for a model: 1 to 256 printable ASCII characters without ? # and \\, since answers name it in a header. An endpoint's own name for it goes into deployments.<endpoint>.model.");
        var policy = fields.Choice("policy", Policies) ?? SelectionPolicyKind.Weighted;
        var plain = new ModelConfig { Name = name, Deployments = DeploymentReader.ReadAll(name, fields, endpoints) };
        var model = plain with
        {
            Policy = policy,
            StickyHeader = ReadStickyHeader(fields, policy),
            WhenUnavailable = fields.Choice("whenUnavailable", WhenUnavailables) ?? plain.WhenUnavailable,
            Wait = fields.Duration("wait", LongestLimit) ?? plain.Wait,
            TimeToLive = fields.Duration("timeToLive", LongestTimeToLive) ?? plain.TimeToLive,
            ContextTokens = fields.Whole("contextTokens", 1),
            FallbackModels = fields.Texts("fallbackModels"),
            FallbackOn = ReadFallbackOn(fields),
            FirstTokenLimit = fields.Duration("firstTokenLimit", LongestLimit) ?? plain.FirstTokenLimit,
            AnswerLimit = fields.Duration("answerLimit", LongestLimit) ?? plain.AnswerLimit,
            IdleLimit = fields.Duration("idleLimit", LongestLimit) ?? plain.IdleLimit,
            Stream = fields.Choice("stream", StreamModes.ByName) ?? plain.Stream,
            Deadline = fields.Duration("deadline", LongestLimit) ?? plain.Deadline,
            MaxAttempts = fields.Whole("maxAttempts", 1, 20) ?? plain.MaxAttempts,
        };
        fields.RejectUnknownKeys();
        return model;
    }

    private static string? ReadStickyHeader(CatalogFields fields, SelectionPolicyKind policy)
    {
        var header = fields.Text("stickyHeader");
        if (header is not null && policy != SelectionPolicyKind.Sticky)
            fields.Report("stickyHeader", "is read by the policy sticky alone; set \"policy\": \"sticky\" or leave it out.");
        else if (header is not null && !HeaderPattern().IsMatch(header))
            fields.Report("stickyHeader", "must be the name of a header, such as \"x-session-id\".");
        return header;
    }

    private static IReadOnlyList<string> ReadFallbackOn(CatalogFields fields)
    {
        var errors = fields.Texts("fallbackOn");
        foreach (var unknown in errors.Where(e => e != "content_filter"))
            fields.Report("fallbackOn", $"holds '{unknown}'; content_filter is the only one there is.");
        return errors;
    }

    [GeneratedRegex(@"\A[ -~-[?#\\]]{1,256}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}\z")]
    private static partial Regex HeaderPattern();
}
