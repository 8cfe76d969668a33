namespace LlmFunctions.Core;

/// <summary>The storage behind the router did not answer, or answered with an error that is not the request's fault.</summary>
public sealed class StorageUnavailableException(string message, Exception innerException) : Exception(message, innerException);
