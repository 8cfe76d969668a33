using System.Text.Json.Nodes;

namespace LlmFunctions.Simulator.Tests;

/// <summary>What came of an event stream.</summary>
internal sealed record ReceivedStream(IReadOnlyList<(string? Name, string Data)> Events, int Comments, bool WasCut)
{
    public IEnumerable<string> Names => Events.Select(item => item.Name ?? "");

    public IReadOnlyList<JsonNode> Json => [.. Events.Where(item => item.Data.EndsWith('}')).Select(item => JsonNode.Parse(item.Data)!)];

    public bool EndsWithDone => Events.Count > 0 && Events[^1].Data == "[DONE]";

    public string ChatText => string.Concat(Json.Select(item => (string?)item["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"]));

    public int ChatTokens => Json.Count(item => ((string?)item["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"])?.Length > 0);

    public static async Task<ReceivedStream> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var events = new List<(string?, string)>();
        var comments = 0;
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            string? name = null;
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith(':'))
                    comments++;
                else if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    events.Add((name, line[6..]));
                else
                    name = null;
            }
            return new ReceivedStream(events, comments, WasCut: false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return new ReceivedStream(events, comments, WasCut: true);
        }
    }
}
