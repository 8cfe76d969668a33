namespace LlmFunctions.Core.Health;

/// <summary>What an endpoint's last answer said is left of a deployment's limits; null: it did not say. Immutable.</summary>
/// <param name="Requests">Of its requests.</param>
/// <param name="Tokens">Of its tokens, both ways together.</param>
/// <param name="PromptTokens">Of the tokens it reads.</param>
/// <param name="AnswerTokens">Of the tokens it writes.</param>
public sealed record Remainders(Remainder? Requests, Remainder? Tokens, Remainder? PromptTokens, Remainder? AnswerTokens)
{
    /// <summary>Until when a request of this size would not fit; null: it fits as far as is known.</summary>
    public DateTimeOffset? GetShortUntil(TokenEstimate size, DateTimeOffset now)
    {
        DateTimeOffset? latest = null;
        Consider(Requests, 1);
        Consider(Tokens, size.Prompt + size.Answer);
        Consider(PromptTokens, size.Prompt);
        Consider(AnswerTokens, size.Answer);
        return latest;

        void Consider(Remainder? remainder, long need)
        {
            // Even the smallest request needs a token.
            if (remainder is { } known && known.Left < Math.Max(need, 1) && known.ResetAt > now && !(latest >= known.ResetAt))
                latest = known.ResetAt;
        }
    }
}
