namespace LlmFunctions.AspNetCore.Access;

/// <summary>Who may call. Bound from the section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Caller's name to the reference of its key: <c>env:TEAM_A_KEY</c>; several, with commas between, while a key is
    /// being rotated. The name owns what the caller sends. Default none.</summary>
    public Dictionary<string, string> CallerKeys { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Operator's name to the reference of its key, for <c>/manage/*</c>. Default none: <c>/manage/*</c> is closed.</summary>
    public Dictionary<string, string> OperatorKeys { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Lets calls without a known key in, under the name <c>anonymous</c>; default false. For a laptop, never for Azure.</summary>
    public bool AllowAnonymous { get; set; }
}
