namespace LlmFunctions.Simulator;

/// <summary>A request as it arrived.</summary>
public sealed record RecordedRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string BodyText => System.Text.Encoding.UTF8.GetString(Body.Span);
}
