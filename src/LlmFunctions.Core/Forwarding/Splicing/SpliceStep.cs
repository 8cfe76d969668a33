namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>What becomes of one event of the deployment that goes on.</summary>
/// <param name="Differs">It says something else than what the caller has.</param>
/// <param name="Bytes">What goes to the caller; empty: the event is swallowed.</param>
internal readonly record struct SpliceStep(bool Differs, ReadOnlyMemory<byte> Bytes)
{
    public static SpliceStep Different { get; } = new(true, default);

    public static SpliceStep Swallowed => default;

    public static SpliceStep Send(ReadOnlyMemory<byte> bytes) => new(false, bytes);
}
