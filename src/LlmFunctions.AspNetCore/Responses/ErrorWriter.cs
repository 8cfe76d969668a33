using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Responses;

/// <summary>Writes the router's own errors in the shape of the API that was called, so that its SDKs raise them as they should.</summary>
internal static class ErrorWriter
{
    // The messages are JSON, never HTML: quotes may stand as they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, RouterError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        response.Headers.TryAdd("x-llm-request-id", RequestId.New());
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            response.Headers["retry-after-ms"] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        if (error.ShouldRetry is { } shouldRetry)
            response.Headers["x-should-retry"] = shouldRetry ? "true" : "false";

        var body = IsAnthropic(context.Request) ? WriteAnthropic(error) : WriteOpenAi(error);
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static bool IsAnthropic(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/messages", StringComparison.OrdinalIgnoreCase) || request.Headers.ContainsKey("anthropic-version");

    // {"error":{"message":"…","type":"invalid_request_error","param":"model","code":"model_not_found"}}
    private static ArrayBufferWriter<byte> WriteOpenAi(RouterError error) => Write(json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, error.Status >= 500 ? "server_error"u8 : "invalid_request_error"u8);
        json.WriteString("param"u8, error.Parameter);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
    });

    // {"type":"error","error":{"type":"not_found_error","message":"…"}}
    private static ArrayBufferWriter<byte> WriteAnthropic(RouterError error) => Write(json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, error.Status switch
        {
            401 => "authentication_error"u8,
            403 => "permission_error"u8,
            404 => "not_found_error"u8,
            413 => "request_too_large"u8,
            503 => "overloaded_error"u8,
            504 => "timeout_error"u8,
            >= 500 => "api_error"u8,
            _ => "invalid_request_error"u8,
        });
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
    });

    private static ArrayBufferWriter<byte> Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }
}
