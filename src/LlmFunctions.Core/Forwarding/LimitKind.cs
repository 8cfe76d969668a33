namespace LlmFunctions.Core.Forwarding;

/// <summary>What an endpoint limits.</summary>
internal enum LimitKind
{
    Requests,

    /// <summary>Both ways together.</summary>
    Tokens,
    PromptTokens,
    AnswerTokens,
}
