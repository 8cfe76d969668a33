using System.Text.Json.Nodes;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>The four APIs whose streams are continued.</summary>
public enum StreamApi
{
    Chat,
    Completions,
    Responses,
    Messages,
}

/// <summary>How each of them is called.</summary>
internal static class StreamApis
{
    public static string PathOf(this StreamApi api) => api switch
    {
        StreamApi.Chat => "/v1/chat/completions",
        StreamApi.Completions => "/v1/completions",
        StreamApi.Responses => "/v1/responses",
        _ => "/v1/messages",
    };

    public static JsonObject Body(this StreamApi api, string model, bool usesTool)
    {
        const string Prompt = "Tell me something.";
        var body = new JsonObject { ["model"] = model, ["stream"] = true };
        switch (api)
        {
            case StreamApi.Chat:
                body["stream_options"] = new JsonObject { ["include_usage"] = true };
                body["messages"] = Messages(Prompt);
                break;
            case StreamApi.Completions:
                body["prompt"] = Prompt;
                break;
            case StreamApi.Responses:
                body["input"] = Prompt;
                break;
            default:
                body["max_tokens"] = 100;
                body["messages"] = Messages(Prompt);
                break;
        }

        if (usesTool)
        {
            body["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["name"] = "search", ["function"] = new JsonObject { ["name"] = "search" } });
            body["tool_choice"] = api == StreamApi.Messages ? new JsonObject { ["type"] = "any" } : "required";
        }

        return body;
    }

    /// <summary>Whether the data is the end as the API has it.</summary>
    public static bool IsEnd(this StreamApi api, string data) => api switch
    {
        StreamApi.Responses => data.Contains("\"response.completed\"", StringComparison.Ordinal),
        StreamApi.Messages => data.Contains("\"message_stop\"", StringComparison.Ordinal),
        _ => data == "[DONE]",
    };

    private static JsonArray Messages(string prompt) => [new JsonObject { ["role"] = "user", ["content"] = prompt }];
}
