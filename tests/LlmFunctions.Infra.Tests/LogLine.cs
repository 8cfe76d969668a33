using System.Reflection;
using System.Text.RegularExpressions;
using LlmFunctions.AspNetCore;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Infra.Tests;

/// <summary>A line that the router writes, with what its placeholders hold filled in.</summary>
/// <param name="Level">Its level; where the code chooses it, the least.</param>
/// <param name="Text">As it comes out.</param>
internal sealed partial record LogLine(LogLevel Level, string Text)
{
    /// <summary>Status and cause of every error of the router, such as <c>503 no_deployment_available</c>.</summary>
    public static IReadOnlyList<string> Refusals { get; } =
    [
        .. RefusalInSource().Matches(File.ReadAllText(Path.Combine(Paths.Repository, "src/LlmFunctions.Core/Routing/RouterErrors.cs")))
            .Select(match => $"{match.Groups["status"].Value} {match.Groups["code"].Value}").Order(StringComparer.Ordinal),
        "504 callers_deadline_exceeded",
    ];

    /// <summary>Every line of the code, once for each value that its placeholders are known to take.</summary>
    public static IReadOnlyList<LogLine> All { get; } =
    [
        .. from type in new[] { typeof(RouterRegistration).Assembly, typeof(HttpRegistration).Assembly }.SelectMany(assembly => assembly.GetTypes())
           from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let written = method.GetCustomAttribute<LoggerMessageAttribute>()
           where written?.Message is not null
           from text in Fill(written.Message)
           select new LogLine(written.Level == LogLevel.None ? LogLevel.Information : written.Level, text),
    ];

    private static IEnumerable<string> Fill(string message)
    {
        if (message.Contains("{Status} {Cause}", StringComparison.Ordinal))
            return Refusals.Where(refusal => refusal[0] == '5').SelectMany(refusal => Fill(message.Replace("{Status} {Cause}", refusal, StringComparison.Ordinal)));
        if (message.Contains("{State}", StringComparison.Ordinal))
            return Enum.GetNames<RequestState>().SelectMany(state => Fill(message.Replace("{State}", state, StringComparison.Ordinal)));
        return [Placeholder().Replace(message, match => Sample(match.Groups["name"].Value))];
    }

    // An id and a deployment have no spaces, a number has no separators; of everything else nothing is known.
    private static string Sample(string name) => name switch
    {
        "Deployment" => "gpt-4o@east",
        "Endpoint" => "east",
        "Id" => "req_01",
        "Model" => "gpt-4o",
        "Version" => "7",
        "Milliseconds" => "10012",
        "Seconds" => "900",
        _ => "some text",
    };

    // {Milliseconds:0}
    [GeneratedRegex(@"(?<!\{)\{(?<name>\w+)(:[^}]*)?\}")]
    private static partial Regex Placeholder();

    // new(503, "no_deployment_available",
    [GeneratedRegex(@"(?<status>[45]\d\d),\s+""(?<code>[a-z_]+)""")]
    private static partial Regex RefusalInSource();
}
