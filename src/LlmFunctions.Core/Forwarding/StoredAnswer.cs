namespace LlmFunctions.Core.Forwarding;

/// <summary>Where an answer is kept.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="IdThere">Its id there: another than the caller's when the endpoint went on with another's stream.</param>
internal sealed record StoredAnswer(string Endpoint, string IdThere);
