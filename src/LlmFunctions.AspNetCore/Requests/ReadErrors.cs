using System.Globalization;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>What can be wrong with a request before any model is asked.</summary>
internal static class ReadErrors
{
    public static RouterError NotServed(string path) => Refuse(
        404, "path_not_served", $"Nothing is served at '{path}'. Served are {ApiPath.Served}, /v1/explain, /v1/requests/{{id}}, /health/live and /health/ready.");

    /// <summary>For operators alone.</summary>
    public static RouterError OperationNotServed(string path) => Refuse(
        404, "path_not_served", $"Nothing is served at '{path}'. Served are /manage/availability, /manage/catalog, /manage/catalog/versions[/{{number}}[/restore]], "
            + "/manage/dead-letters[/{id}[/replay]], /manage/deployments and /manage/deployments/{id}/drain or /resume.");

    public static RouterError MethodNotAllowed(string method, string path, IReadOnlyList<string> allowed) => Refuse(
        405, "method_not_allowed", $"{method} is not served at '{path}'; use {string.Join(" or ", allowed)}.");

    public static RouterError TooLong(int limit) => Refuse(
        413, "request_too_large", $"The body is longer than {limit.ToString(CultureInfo.InvariantCulture)} bytes. Send less, or raise Http__MaxRequestBody.");

    public static RouterError Overloaded { get; } = new(
        503, "router_overloaded", "The router holds as many request bodies as it may (Http__MaxBufferedBodies). Try again shortly.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        ShouldRetry = true,
    };

    public static RouterError Encoded(string encoding) => Refuse(
        415, "encoding_not_supported", $"Bodies in Content-Encoding '{encoding}' are not taken. Send the body as it is.");

    public static RouterError MediaType(string type) => Refuse(
        415, "media_type_not_supported", $"Bodies of type '{type}' are not taken. Send application/json, or multipart/form-data for audio and images.");

    public static RouterError NoModel { get; } = new(
        400, "model_missing", "The request names no model. Set 'model' to one that GET /v1/models lists.")
    {
        Parameter = "model",
        ShouldRetry = false,
    };

    public static RouterError Timeout(string value) => Refuse(
        400, "timeout_not_valid", $"x-llm-timeout is '{value}'; give seconds from 0.001 to 86400, such as 30 or 2.5.");

    public static RouterError Stream(string value) => Refuse(
        400, "stream_mode_not_valid", $"x-llm-stream is '{value}'; send {string.Join(", ", StreamModes.ByName.Keys)}, or leave it out to get the model's own mode.");

    public static RouterError IdempotencyKey(int longest) => Refuse(
        400, "idempotency_key_not_valid", $"Idempotency-Key must have 1 to {longest.ToString(CultureInfo.InvariantCulture)} characters; a UUID will do. Leave the header out to send without a key.");

    public static RouterError Callback(string reason) => Refuse(400, "callback_not_allowed", $"x-llm-callback: {reason}");

    public static RouterError Body(RequestBodyException e) => Refuse(400, "body_not_valid", e.Message) with { Parameter = e.Parameter };

    public static RouterError Refuse(int status, string code, string message) => new(status, code, message) { ShouldRetry = false };
}
