using System.Globalization;

namespace LlmFunctions.EndToEnd.Tests.Telemetry;

/// <summary>Attributes as OTLP writes them.</summary>
internal static class OtlpAttributes
{
    // KeyValue: key = 1, value = 2. AnyValue: string = 1, bool = 2, int = 3, double = 4.
    public static Dictionary<string, string> Read(IEnumerable<ReadOnlyMemory<byte>> attributes) => attributes.Select(ProtoField.Read).ToDictionary(
        fields => fields.Single(field => field.Number == 1).Text,
        fields => ValueOf(ProtoField.Read(fields.Single(field => field.Number == 2).Bytes).Single()),
        StringComparer.Ordinal);

    private static string ValueOf(ProtoField value) => value.Number switch
    {
        1 => value.Text,
        2 => value.Bits == 0 ? "false" : "true",
        3 => ((long)value.Bits).ToString(CultureInfo.InvariantCulture),
        4 => BitConverter.UInt64BitsToDouble(value.Bits).ToString(CultureInfo.InvariantCulture),
        _ => $"({value.Number})",
    };
}
