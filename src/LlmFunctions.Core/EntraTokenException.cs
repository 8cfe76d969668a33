namespace LlmFunctions.Core;

/// <summary>No Entra ID token could be had.</summary>
public sealed class EntraTokenException(string message, Exception innerException) : Exception(message, innerException);
