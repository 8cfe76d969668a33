namespace LlmFunctions.Playground;

/// <summary>Azurite could not be installed or did not start; the message ends with what it printed.</summary>
public sealed class AzuriteException(string message) : Exception(message);
