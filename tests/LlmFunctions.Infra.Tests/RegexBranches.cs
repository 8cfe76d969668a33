namespace LlmFunctions.Infra.Tests;

/// <summary>A regular expression taken apart: one expression for every way through its alternations, so that each can be tested by itself.</summary>
internal static class RegexBranches
{
    /// <summary><c>^a (b|c) [de|]$</c> gives <c>^a (?:b) [de|]$</c> and <c>^a (?:c) [de|]$</c>.</summary>
    public static IReadOnlyList<string> Of(string pattern)
    {
        var position = 0;
        var branches = Alternatives(pattern, ref position);
        return position == pattern.Length ? branches : throw new ArgumentException($"A bracket is closed and was not opened: {pattern}", nameof(pattern));
    }

    private static List<string> Alternatives(string pattern, ref int position)
    {
        var all = new List<string>();
        List<string> current = [""];
        while (position < pattern.Length && pattern[position] != ')')
        {
            if (pattern[position] == '|')
            {
                position++;
                all.AddRange(current);
                current = [""];
                continue;
            }

            var items = pattern[position] == '(' ? Group(pattern, ref position) : [Item(pattern, ref position)];
            current = [.. current.SelectMany(_ => items, (before, item) => before + item)];
        }

        all.AddRange(current);
        return all;
    }

    private static List<string> Group(string pattern, ref int position)
    {
        position++;
        if (pattern[position] == '?')
            position = pattern.IndexOfAny([':', '>'], position) + 1;
        var inside = Alternatives(pattern, ref position);
        if (position == pattern.Length)
            throw new ArgumentException($"A bracket is not closed: {pattern}", nameof(pattern));
        position++;
        return inside.ConvertAll(branch => $"(?:{branch})");
    }

    // One character, an escaped one, or a class in square brackets.
    private static string Item(string pattern, ref int position)
    {
        var start = position;
        if (pattern[position] == '[')
            position = pattern.IndexOf(']', position);
        else if (pattern[position] == '\\')
            position++;
        position++;
        return pattern[start..position];
    }
}
