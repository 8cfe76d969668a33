namespace LlmFunctions.Core.Catalog;

/// <summary>Guesses which known name a misspelt one was meant to be.</summary>
internal static class NearestName
{
    /// <summary>The end of a sentence: <c>; did you mean 'tier'?</c>, or a full stop when nothing is close.</summary>
    public static string Suggest(string written, IEnumerable<string> known) =>
        Find(written, known) is { } nearest ? $"; did you mean '{nearest}'?" : ".";

    /// <summary>The nearest of the known names; null when none is close.</summary>
    public static string? Find(string written, IEnumerable<string> known) => known
        .Select(name => (Name: name, Distance: Distance(written, name)))
        .Where(c => c.Distance <= Math.Max(1, Math.Min(written.Length, c.Name.Length) / 3))
        .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
        .FirstOrDefault().Name;

    // Levenshtein, ignoring case, with two neighbours that changed places as one step ("teir"). Lengths that differ by more than anything
    // close would are not worth the table.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > Math.Min(left.Length, right.Length) / 3 + 1)
            return int.MaxValue;
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        int[] beforePrevious = [];
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], previous[j]) + 1, previous[j - 1] + (IsSame(left[i - 1], right[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && IsSame(left[i - 1], right[j - 2]) && IsSame(left[i - 2], right[j - 1]))
                    row[j] = Math.Min(row[j], beforePrevious[j - 2] + 1);
            }
            (beforePrevious, previous) = (previous, row);
        }
        return previous[right.Length];
    }

    private static bool IsSame(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
