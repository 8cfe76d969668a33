using System.Buffers;
using System.Text.Json;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>In-band errors, each in the shape its API's SDKs raise.</summary>
public static class ErrorEvents
{
    /// <summary>An error as an event of the stream that the operation answers with.</summary>
    public static byte[] For(ApiOperation operation, string code, string message) => operation switch
    {
        ApiOperation.Responses => Responses(code, message, 0),
        ApiOperation.Messages => Messages(message),
        _ => OpenAi(code, message),
    };

    // data: {"error":{"message":"…","type":"server_error","param":null,"code":"stream_cut"}}
    internal static byte[] OpenAi(string code, string message) => Write("data: "u8, json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("type"u8, "server_error"u8);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
    });

    // event: error
    // data: {"type":"error","code":"stream_cut","message":"…","param":null,"sequence_number":7}
    internal static byte[] Responses(string code, string message, long sequence) => Write("event: error\ndata: "u8, json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteNull("param"u8);
        json.WriteNumber("sequence_number"u8, sequence);
    });

    // event: error
    // data: {"type":"error","error":{"type":"api_error","message":"…"}}
    internal static byte[] Messages(string message) => Write("event: error\ndata: "u8, json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, "api_error"u8);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    });

    private static byte[] Write(ReadOnlySpan<byte> head, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(head);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
