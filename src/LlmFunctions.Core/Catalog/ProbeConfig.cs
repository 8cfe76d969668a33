namespace LlmFunctions.Core.Catalog;

/// <summary>How an endpoint is probed.</summary>
/// <param name="Kind">What is asked; by default <c>models</c>.</param>
/// <param name="Path">For <see cref="ProbeKind.Path"/>: a path from the root of the endpoint's host if it begins with a
/// slash, else relative to its address.</param>
/// <param name="Interval">Time between regular probes; default 15 s.</param>
/// <param name="Limit">Time within which the answer must come; default 10 s.</param>
public sealed record ProbeConfig(ProbeKind Kind, string? Path, TimeSpan Interval, TimeSpan Limit)
{
    public static ProbeConfig Default { get; } =
        new(ProbeKind.Models, null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10));
}
