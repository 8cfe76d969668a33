using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>An error as an event, where the API has no form of its own for it.</summary>
internal static class InBandError
{
    // data: {"error":{"message":"…","type":"server_error","param":null,"code":null}}
    public static SseEvent Plain(ApiShape shape, string? code, string? body) =>
        new(SsePart.Closing, null, body is null ? ErrorReply.Body(shape, 500, code) : Encoding.UTF8.GetBytes(body));
}
