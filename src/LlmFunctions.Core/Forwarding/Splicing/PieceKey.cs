namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Where in an answer a piece belongs.</summary>
/// <param name="Part">The choice, the content block or the output item.</param>
/// <param name="Name">What of it, such as <c>content</c> or <c>refusal</c>; empty for the part itself.</param>
/// <param name="Index">Which one of several, such as the content part of an output item.</param>
internal readonly record struct PieceKey(int Part, string Name, int Index = 0)
{
    /// <summary>The part of what ends the whole answer.</summary>
    public const int WholeAnswer = -1;

    /// <summary>Whether the end with this key closes the text with that key.</summary>
    public bool Closes(PieceKey text) => text.Part == Part && (Name.Length == 0 || (text.Name == Name && text.Index == Index));
}
