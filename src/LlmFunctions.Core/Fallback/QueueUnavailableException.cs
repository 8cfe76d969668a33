namespace LlmFunctions.Core.Fallback;

/// <summary>The fallback queue did not take a message.</summary>
public sealed class QueueUnavailableException(string message, Exception innerException) : Exception(message, innerException);
