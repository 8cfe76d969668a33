namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>How one piece of a streamed answer is told from a repetition of it.</summary>
internal enum PieceKind
{
    /// <summary>Text that grows piece by piece; compared as one string, whatever the chunking.</summary>
    Text,

    /// <summary>Said once, such as the start of a block; its text must be the same.</summary>
    Mark,

    /// <summary>Said once, after all the texts it closes; its text does not matter.</summary>
    End,

    /// <summary>What cannot be compared, and must not be mixed: a tool call, sound, an image.</summary>
    Opaque,
}
