namespace LlmFunctions.Core.Forwarding;

/// <summary>An endpoint's credential names a setting that is not there.</summary>
internal sealed class MissingCredentialException(string message) : Exception(message);
