namespace LlmFunctions.Simulator;

/// <summary>What every answer needs besides its request.</summary>
internal sealed record AnswerContext(SimulatedRequest Request, Speech Speech, long Created)
{
    public string Model => Request.Model ?? "";
    public string Prompt => Request.Prompt ?? "";
    public int PromptTokens { get; } = GeneratedText.CountPromptTokens(Request.Prompt);

    public static string NewId(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    public GeneratedText Generate(int? maxTokens, int choice = 0) => GeneratedText.Create(Prompt, Speech, maxTokens, choice);
}
