namespace LlmFunctions.EndToEnd.Tests.Telemetry;

/// <summary>A value of a metric as a receiver sees it.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Count">Of a histogram, how many were measured; else the number itself.</param>
/// <param name="Attributes">Its labels.</param>
internal sealed record OtlpPoint(string Metric, string Unit, double Count, Dictionary<string, string> Attributes)
{
    // ExportMetricsServiceRequest: resource_metrics = 1; ResourceMetrics: scope_metrics = 2; ScopeMetrics: metrics = 2.
    // Metric: name = 1, unit = 3, gauge = 5, sum = 7, histogram = 9; each of these: data_points = 1.
    public static IEnumerable<OtlpPoint> ReadAll(byte[] request) => ProtoField.At(request, 1, 2, 2).SelectMany(metric =>
    {
        var (name, unit) = (ProtoField.At(metric, 1).Select(Text).Single(), ProtoField.At(metric, 3).Select(Text).SingleOrDefault(""));
        return ProtoField.At(metric, 5, 1).Concat(ProtoField.At(metric, 7, 1)).Select(point => Number(name, unit, point))
            .Concat(ProtoField.At(metric, 9, 1).Select(point => Histogram(name, unit, point)));
    });

    private static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);

    // NumberDataPoint: as_double = 4, as_int = 6, attributes = 7.
    private static OtlpPoint Number(string name, string unit, ReadOnlyMemory<byte> point)
    {
        var value = ProtoField.Read(point).FirstOrDefault(field => field.Number is 4 or 6);
        return new(name, unit, value.Number == 4 ? BitConverter.UInt64BitsToDouble(value.Bits) : (long)value.Bits, OtlpAttributes.Read(ProtoField.At(point, 7)));
    }

    // HistogramDataPoint: count = 4, attributes = 9.
    private static OtlpPoint Histogram(string name, string unit, ReadOnlyMemory<byte> point) => new(
        name, unit, ProtoField.Read(point).Single(field => field.Number == 4).Bits, OtlpAttributes.Read(ProtoField.At(point, 9)));
}
