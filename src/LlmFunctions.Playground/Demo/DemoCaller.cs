using System.Text.Json.Nodes;

namespace LlmFunctions.Playground.Demo;

/// <summary>Calls the router as an application would, and the endpoints to compare.</summary>
internal sealed class DemoCaller(Uri router, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly long _begun = time.GetTimestamp();
    private int _asked;

    public TimeSpan Elapsed => time.GetElapsedTime(_begun);

    public string NextPrompt() => $"Question {Interlocked.Increment(ref _asked)}";

    /// <summary>One request; what goes wrong is status 0.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="prefer">A <c>Prefer</c> header, if any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DemoAnswer> AskAsync(string prompt, string? prefer, CancellationToken cancellationToken)
    {
        var sentAt = Elapsed;
        try
        {
            using var message = Message(new Uri(router, "/v1/chat/completions"), prompt);
            if (prefer is not null)
                message.Headers.Add("Prefer", prefer);
            using var response = await _http.SendAsync(message, cancellationToken);
            var json = await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
            return new(
                prompt, sentAt, Elapsed, (int)response.StatusCode, Header(response, "x-llm-endpoint"), Header(response, "x-llm-trail"), TextOf(json), response.Headers.Location?.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            return new(prompt, sentAt, Elapsed, 0, null, e.Message, null, null);
        }
    }

    /// <summary>The text an endpoint gives for a prompt, without the router.</summary>
    public async Task<string?> AskDirectAsync(Uri endpoint, string prompt, CancellationToken cancellationToken)
    {
        using var message = Message(new Uri(endpoint, "/v1/chat/completions"), prompt);
        using var response = await _http.SendAsync(message, cancellationToken);
        return TextOf(await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken));
    }

    /// <summary>Waits for a queued answer; null when it did not come in time.</summary>
    public async Task<string?> FetchAsync(string location, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = Elapsed + wait;
        while (Elapsed < until)
        {
            using var poll = new HttpRequestMessage(HttpMethod.Get, new Uri(router, location)) { Headers = { { "Prefer", "wait=10" } } };
            using var state = await _http.SendAsync(poll, cancellationToken);
            var status = (await state.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))?["status"]?.GetValue<string>();
            if (status is "queued" or "running")
                continue;
            using var fetch = new HttpRequestMessage(HttpMethod.Get, new Uri(router, location + "/response"));
            using var answer = await _http.SendAsync(fetch, cancellationToken);
            return TextOf(await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken));
        }

        return null;
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Message(Uri address, string prompt) => new(HttpMethod.Post, address)
    {
        Content = JsonContent.Create(new JsonObject
        {
            ["model"] = "gpt-4o",
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
        }),
    };

    private static string? TextOf(JsonNode? json) => json?["choices"]?[0]?["message"]?["content"]?.GetValue<string>();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
