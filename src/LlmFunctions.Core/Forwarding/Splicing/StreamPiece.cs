namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>One piece of what an event of a stream says.</summary>
/// <param name="Kind">How it is compared.</param>
/// <param name="Key">Where it belongs.</param>
/// <param name="Text">A text's own, or what a mark must agree in.</param>
internal readonly record struct StreamPiece(PieceKind Kind, PieceKey Key, string Text = "");
