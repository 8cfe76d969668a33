using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>What the simulated model says: a pure function of the prompt, so that any two endpoints agree.</summary>
internal sealed class GeneratedText
{
    private static readonly string[] Words =
    [
        "amber", "birch", "cloud", "delta", "ember", "field", "glass", "harbor", "island", "jade", "kite", "lemon", "maple", "night", "ocean", "pearl",
        "quartz", "river", "stone", "timber", "umber", "valley", "willow", "xenon", "yarrow", "zephyr", "anchor", "beacon", "cedar", "dune", "echo", "fern",
    ];

    private string? _text;

    private GeneratedText(IReadOnlyList<string> tokens, bool endsByLength)
    {
        Tokens = tokens;
        EndsByLength = endsByLength;
    }

    public IReadOnlyList<string> Tokens { get; }
    public bool EndsByLength { get; }
    public string Text => _text ??= string.Concat(Tokens);

    public static GeneratedText Create(string prompt, int answerTokens, int? maxTokens, int choice = 0)
    {
        var count = Math.Clamp(maxTokens ?? answerTokens, 0, answerTokens);
        var tokens = new string[count];
        var state = Seed(prompt) + (ulong)choice;
        for (var i = 0; i < count; i++)
        {
            state = Next(state);
            var word = Words[state >> 59];
            tokens[i] = i == 0 ? word : $" {word}";
        }
        return new GeneratedText(tokens, count < answerTokens);
    }

    /// <summary>The same words as a tool's arguments: <c>{"query":"amber birch"}</c>, one fragment per token.</summary>
    public static GeneratedText CreateArguments(string prompt, int answerTokens)
    {
        var words = Create(prompt, answerTokens, null).Tokens;
        return new GeneratedText(["{\"query\":\"", .. words, "\"}"], endsByLength: false);
    }

    /// <summary>Four characters are about one token.</summary>
    public static int CountPromptTokens(string? prompt) => Math.Max(1, ((prompt?.Length ?? 0) + 3) / 4);

    /// <summary>FNV-1a: unlike string.GetHashCode it is the same in every process.</summary>
    public static ulong Seed(string prompt)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(prompt))
            hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }

    /// <summary>The next state of a linear congruential generator; its high bits are the random ones.</summary>
    public static ulong Next(ulong state) => (state * 6364136223846793005UL) + 1442695040888963407UL;
}
