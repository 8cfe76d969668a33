namespace LlmFunctions.Simulator;

/// <summary>An answer that can be given whole or as events.</summary>
internal interface IStreamedAnswer
{
    /// <summary>The tokens it takes to generate.</summary>
    int TokenCount { get; }

    byte[] Whole();

    IEnumerable<SseEvent> Events();

    /// <summary>An error inside the stream, in this API's form.</summary>
    SseEvent ErrorEvent(string? code, string? body);
}
