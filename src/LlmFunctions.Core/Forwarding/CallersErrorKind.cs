namespace LlmFunctions.Core.Forwarding;

/// <summary>Errors that no other deployment of the same model would mend.</summary>
public enum CallersErrorKind
{
    /// <summary>Any 4xx without a rule of its own.</summary>
    Other,

    /// <summary>The prompt is longer than the model's context.</summary>
    ContextLength,

    /// <summary>A content filter refused the prompt.</summary>
    ContentFilter,

    /// <summary>The endpoint does not know a stored answer that the request names.</summary>
    StoredAnswerNotFound,
}
