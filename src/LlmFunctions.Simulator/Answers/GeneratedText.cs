using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>What the simulated model says: a pure function of the prompt, so that any two endpoints agree unless one is told to say
/// something else.</summary>
internal sealed class GeneratedText
{
    private static readonly string[] Words =
    [
        "amber", "birch", "cloud", "delta", "ember", "field", "glass", "harbor", "island", "jade", "kite", "lemon", "maple", "night", "ocean", "pearl",
        "quartz", "river", "stone", "timber", "umber", "valley", "willow", "xenon", "yarrow", "zephyr", "anchor", "beacon", "cedar", "dune", "echo", "fern",
    ];

    private string? _text;

    private GeneratedText(IReadOnlyList<string> tokens, int tokensPerEvent, bool endsByLength)
    {
        Tokens = tokens;
        Chunks = tokensPerEvent == 1 ? tokens : [.. tokens.Chunk(tokensPerEvent).Select(chunk => string.Concat(chunk))];
        EndsByLength = endsByLength;
    }

    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The text of each event.</summary>
    public IReadOnlyList<string> Chunks { get; }

    public bool EndsByLength { get; }
    public string Text => _text ??= string.Concat(Tokens);

    public static GeneratedText Create(string prompt, Speech speech, int? maxTokens, int choice = 0)
    {
        var count = Math.Clamp(maxTokens ?? speech.AnswerTokens, 0, speech.AnswerTokens);
        var tokens = new string[count];
        var state = Seed(prompt) + (ulong)choice;
        for (var i = 0; i < count; i++)
        {
            state = Next(state);
            var number = (int)(state >> 59);
            var word = Words[i < speech.SaysElseAfter ? number : (number + 1) % Words.Length];
            tokens[i] = i == 0 ? word : $" {word}";
        }
        return new GeneratedText(tokens, speech.TokensPerEvent, count < speech.AnswerTokens);
    }

    /// <summary>The same words as a tool's arguments: <c>{"query":"amber birch"}</c>, one fragment per token.</summary>
    public static GeneratedText CreateArguments(string prompt, Speech speech)
    {
        var words = Create(prompt, speech, null).Tokens;
        return new GeneratedText(["{\"query\":\"", .. words, "\"}"], speech.TokensPerEvent, endsByLength: false);
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
