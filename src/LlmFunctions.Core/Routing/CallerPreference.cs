namespace LlmFunctions.Core.Routing;

/// <summary>What the caller's <c>Prefer</c> header asks for (RFC 7240).</summary>
/// <param name="Wait"><c>wait=N</c>: how long to wait for an answer before 202; null: as the model has it.</param>
/// <param name="RespondAsync"><c>respond-async</c>: 202 at once.</param>
public sealed record CallerPreference(TimeSpan? Wait, bool RespondAsync)
{
    public static CallerPreference None { get; } = new(null, false);

    /// <summary>Whether the caller takes a 202.</summary>
    public bool AcceptsAsync => RespondAsync || Wait is not null;
}
