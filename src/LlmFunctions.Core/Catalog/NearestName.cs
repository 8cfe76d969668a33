namespace LlmFunctions.Core.Catalog;

/// <summary>Guesses which known name a misspelt one was meant to be.</summary>
internal static class NearestName
{
    /// <summary>The end of a sentence: <c>; did you mean 'tier'?</c>, or a full stop when nothing is close.</summary>
    public static string Suggest(string written, IEnumerable<string> known)
    {
        var nearest = known
            .Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(c => c.Distance <= Math.Max(1, Math.Min(written.Length, c.Name.Length) / 3))
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is null ? "." : $"; did you mean '{nearest.Name}'?";
    }

    // Levenshtein, ignoring case. Lengths that differ by more than anything close would are not worth the table.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > Math.Min(left.Length, right.Length) / 3 + 1)
            return int.MaxValue;
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                row[j] = Math.Min(Math.Min(row[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }
            previous = row;
        }
        return previous[right.Length];
    }
}
