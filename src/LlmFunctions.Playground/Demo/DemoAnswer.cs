namespace LlmFunctions.Playground.Demo;

/// <summary>What one request of the demo got.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="SentAt">Since the demo began.</param>
/// <param name="EndedAt">Since the demo began.</param>
/// <param name="Status">The HTTP status; 0: no answer at all.</param>
/// <param name="Endpoint">Who answered.</param>
/// <param name="Trail">Every attempt.</param>
/// <param name="Text">The answer's text.</param>
/// <param name="Location">Where a queued answer will be.</param>
internal sealed record DemoAnswer(
    string Prompt, TimeSpan SentAt, TimeSpan EndedAt, int Status, string? Endpoint, string? Trail, string? Text, string? Location)
{
    public bool FailedOver => Trail?.Contains(',', StringComparison.Ordinal) == true;
}
