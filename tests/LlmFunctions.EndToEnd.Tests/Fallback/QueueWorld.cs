using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>A world whose model queues at once, with a fast sweeper, and the calls that go with queued requests.</summary>
internal static class QueueWorld
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    public static Task<RouterWorld> StartAsync(
        AzuriteFixture azurite, Action<JsonObject>? catalog = null, IReadOnlyDictionary<string, string?>? settings = null, string? storage = null, int endpoints = 1) =>
        RouterWorld.StartAsync(azurite, [.. Enumerable.Range(0, endpoints)], document => Queue(document, catalog), Settings(settings), storage);

    public static Dictionary<string, string?> Settings(IReadOnlyDictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Replay:SweepInterval"] = "00:00:01",
            ["Routing:MessageGrace"] = "00:00:03",
            ["Replay:Lease"] = "00:00:04",
            ["Replay:Pause"] = "00:00:00.5",
            ["Replay:LongestPause"] = "00:00:02",
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
            settings[name] = value;
        return settings;
    }

    public static void Queue(JsonObject document, Action<JsonObject>? more = null)
    {
        document["models"]!["m"]!["whenUnavailable"] = "queue";
        document["models"]!["m"]!["wait"] = "00:00:00.2";
        more?.Invoke(document);
    }

    /// <summary>Sends a chat that must be taken with 202, and gives the place of its answer.</summary>
    public static async Task<string> QueueChatAsync(this HttpClient http, string prompt, bool stream = false, params (string Name, string Value)[] headers)
    {
        var reply = await http.ChatAsync(prompt, stream, [("Prefer", "respond-async"), .. headers]);
        Assert.True(reply.Status == 202, $"{reply.Status} {reply.Body}");
        return reply.Headers["Location"];
    }

    public static async Task<JsonNode> StateAsync(this HttpClient http, string location, string? key = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, location);
        if (key is not null)
            message.Headers.Add("api-key", key);
        using var response = await http.SendAsync(message);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>Waits until the request is in a state.</summary>
    public static async Task<JsonNode> UntilAsync(this HttpClient http, string location, string status)
    {
        JsonNode? state = null;
        try
        {
            await Eventually.IsTrueAsync(async () => (string?)(state = await http.StateAsync(location))["status"] == status, Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{location} did not become {status}: {state}");
        }

        return state!;
    }

    public static async Task<ChatReply> AnswerAsync(this HttpClient http, string location)
    {
        using var response = await http.GetAsync(new Uri($"{location}/response", UriKind.Relative));
        return await ChatReply.ReadAsync(response);
    }
}
