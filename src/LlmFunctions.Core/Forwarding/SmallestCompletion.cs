using System.Text.Json;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>The cheapest question that makes a deployment produce output.</summary>
internal static class SmallestCompletion
{
    public static (ApiOperation Operation, byte[] Body) For(DeploymentConfig deployment)
    {
        var model = JsonSerializer.Serialize(deployment.NameThere, ForwardingJson.Default.String);
        return deployment.Endpoint.Kind == EndpointKind.Anthropic
            ? (ApiOperation.Messages, Encode($$"""{"model":{{model}},"max_tokens":1,"messages":[{"role":"user","content":"1"}]}"""))
            // The v1 APIs of reasoning models refuse max_tokens; older servers ignore what they do not know.
            : (ApiOperation.ChatCompletions, Encode($$"""{"model":{{model}},"max_completion_tokens":16,"messages":[{"role":"user","content":"1"}]}"""));
    }

    private static byte[] Encode(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
