using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>How JSON is written.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Wire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Wire);
}
