namespace LlmFunctions.Core;

/// <summary>Entra ID gave the router's identity no token: there is no identity, it may not, or nobody answered.</summary>
public sealed class EntraTokenException(string message, Exception innerException) : Exception(message, innerException);
