using System.Buffers;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Names requests, so that later ones sort behind earlier ones.</summary>
internal static class RequestId
{
    public const string Prefix = "req_";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static string New() => $"{Prefix}{Guid.CreateVersion7():N}";

    /// <summary>Whether a caller's text may be an id at all: it goes into table keys and blob names.</summary>
    public static bool IsValid(string text) =>
        text.Length == Prefix.Length + 32 && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;
}
