namespace LlmFunctions.Simulator;

/// <summary>A request as it arrived.</summary>
public sealed record RecordedRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string BodyText => System.Text.Encoding.UTF8.GetString(Body.Span);

    internal static RecordedRequest Of(HttpContext context, byte[] body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in context.Request.Headers)
            headers[header.Key] = header.Value.ToString();
        return new RecordedRequest(
            context.Request.Method, context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? "", headers, body);
    }
}
