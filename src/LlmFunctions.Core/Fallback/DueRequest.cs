namespace LlmFunctions.Core.Fallback;

/// <summary>An entry of the index of unfinished requests.</summary>
/// <param name="Id">The request.</param>
/// <param name="DueAt">When the sweeper should look at it.</param>
/// <param name="Key">Opaque; names the entry itself.</param>
public sealed record DueRequest(string Id, DateTimeOffset DueAt, string Key);
