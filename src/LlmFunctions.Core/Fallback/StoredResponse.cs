namespace LlmFunctions.Core.Fallback;

/// <summary>An answer as it came: status, headers that may reach the caller, body.</summary>
public sealed record StoredResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);
