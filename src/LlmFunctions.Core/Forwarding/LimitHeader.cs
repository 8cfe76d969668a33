namespace LlmFunctions.Core.Forwarding;

/// <summary>The two headers that tell about one limit of an endpoint.</summary>
/// <param name="Kind">What is limited.</param>
/// <param name="Left">How much is left.</param>
/// <param name="Reset">When there is more.</param>
internal readonly record struct LimitHeader(LimitKind Kind, string Left, string Reset)
{
    // x-ratelimit-remaining-tokens: 149984, x-ratelimit-reset-tokens: 6m0s   OpenAI, Azure OpenAI
    // anthropic-ratelimit-tokens-remaining: 0, anthropic-ratelimit-tokens-reset: 2026-01-01T00:00:00Z   Anthropic
    public static readonly LimitHeader[] All =
    [
        new(LimitKind.Requests, "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        new(LimitKind.Tokens, "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        new(LimitKind.PromptTokens, "x-ratelimit-remaining-input-tokens", "x-ratelimit-reset-input-tokens"),
        new(LimitKind.AnswerTokens, "x-ratelimit-remaining-output-tokens", "x-ratelimit-reset-output-tokens"),
        new(LimitKind.Requests, "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        new(LimitKind.Tokens, "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        new(LimitKind.PromptTokens, "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        new(LimitKind.AnswerTokens, "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
    ];
}
