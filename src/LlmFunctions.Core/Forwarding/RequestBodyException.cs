namespace LlmFunctions.Core.Forwarding;

/// <summary>The caller's body cannot be read. The message is for the caller.</summary>
public sealed class RequestBodyException(string message, string? parameter = null) : Exception(message)
{
    /// <summary>The body's property at fault, where it is one.</summary>
    public string? Parameter { get; } = parameter;
}
