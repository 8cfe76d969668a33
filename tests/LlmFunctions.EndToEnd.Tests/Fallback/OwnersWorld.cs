using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>A world whose model queues, with two callers that have keys of their own.</summary>
internal static class OwnersWorld
{
    public const string Owner = "key-of-a";
    public const string Stranger = "key-of-b";

    public static Task<RouterWorld> StartAsync(AzuriteFixture azurite) => QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?>
    {
        ["Access:AllowAnonymous"] = "false",
        ["Access:CallerKeys:a"] = "env:KEY_A",
        ["Access:CallerKeys:b"] = "env:KEY_B",
        ["KEY_A"] = Owner,
        ["KEY_B"] = Stranger,
    });

    /// <summary>One call with a caller's key: its status and its JSON.</summary>
    public static async Task<(int Status, JsonNode Body)> CallAsync(this RouterWorld world, string key, string method, string path, JsonObject? body = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Parse(method), path) { Headers = { { "api-key", key } } };
        if (body is not null)
            message.Content = JsonContent.Create(body);
        using var response = await world.Router.Http.SendAsync(message);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }
}
