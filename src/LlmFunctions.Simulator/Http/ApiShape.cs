namespace LlmFunctions.Simulator;

/// <summary>Whose conventions a path follows.</summary>
internal enum ApiShape
{
    OpenAI,
    Azure,
    Anthropic,
}
