namespace LlmFunctions.EndToEnd.Tests.Telemetry;

/// <summary>A span as a receiver sees it.</summary>
internal sealed record OtlpSpan(string TraceId, string SpanId, string ParentId, string Name, int Kind, bool IsError, Dictionary<string, string> Attributes, string Service)
{
    public const int Server = 2;
    public const int Client = 3;

    private const ulong ErrorStatus = 2;

    // ExportTraceServiceRequest: resource_spans = 1; ResourceSpans: resource = 1, scope_spans = 2; ScopeSpans: spans = 2.
    public static IEnumerable<OtlpSpan> ReadAll(byte[] request) => ProtoField.At(request, 1).SelectMany(resource =>
    {
        var service = OtlpAttributes.Read(ProtoField.At(resource, 1, 1)).GetValueOrDefault("service.name", "");
        return ProtoField.At(resource, 2, 2).Select(span => Read(span, service));
    });

    // Span: trace_id = 1, span_id = 2, parent_span_id = 4, name = 5, kind = 6, attributes = 9, status = 15; Status: code = 3.
    private static OtlpSpan Read(ReadOnlyMemory<byte> span, string service)
    {
        var fields = ProtoField.Read(span);
        return new(
            Of(1).Hex,
            Of(2).Hex,
            Of(4).Hex,
            Of(5).Text,
            (int)Of(6).Bits,
            ProtoField.At(span, 15).SelectMany(ProtoField.Read).Any(field => field is { Number: 3, Bits: ErrorStatus }),
            OtlpAttributes.Read(ProtoField.At(span, 9)),
            service);

        ProtoField Of(int number) => fields.FirstOrDefault(field => field.Number == number);
    }
}
