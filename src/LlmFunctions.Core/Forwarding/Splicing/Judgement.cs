namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>What one piece of another deployment's answer is to the caller.</summary>
/// <param name="Differs">It is not what the caller has.</param>
/// <param name="IsNew">The caller lacks it, or its end.</param>
/// <param name="IsRepeated">The caller has it already.</param>
/// <param name="Repeated">How many characters of a text the caller has; the rest of it is new.</param>
internal readonly record struct Judgement(bool Differs, bool IsNew, bool IsRepeated, int Repeated)
{
    /// <summary>Nothing was said.</summary>
    public static Judgement Nothing => default;

    public static Judgement Different { get; } = new(true, false, false, 0);

    public static Judgement Repetition { get; } = new(false, false, true, 0);

    public static Judgement New { get; } = new(false, true, false, 0);
}
