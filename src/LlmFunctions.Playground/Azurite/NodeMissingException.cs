namespace LlmFunctions.Playground;

/// <summary>Azurite needs Node.js, and it is not on this machine.</summary>
public sealed class NodeMissingException(string executable, Exception cause) : Exception(
    $"'{executable}' was not found, and the storage emulator Azurite needs it. "
    + "Install Node.js 20 or later (it brings npm) from https://nodejs.org, then start again.", cause);
