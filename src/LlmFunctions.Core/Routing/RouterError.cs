using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Routing;

/// <summary>Why the router itself gives no answer; becomes an error in the caller's API's own shape.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">For programs: <c>model_not_found</c>, <c>no_deployment_available</c>.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
public sealed record RouterError(int Status, string Code, string Message)
{
    // The messages are JSON, never HTML: quotes may stand as they are.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request's property at fault, where it is one.</summary>
    public string? Parameter { get; init; }

    /// <summary>When asking again makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What <c>x-should-retry</c> says; null leaves it out.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>As OpenAI's API writes errors: <c>{"error":{"message":"…","type":"…","param":null,"code":"…"}}</c>.</summary>
    public string ToOpenAiJson() => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["message"] = Message,
            ["type"] = Status >= 500 ? "server_error" : "invalid_request_error",
            ["param"] = Parameter,
            ["code"] = Code,
        },
    }.ToJsonString(Plain);
}
