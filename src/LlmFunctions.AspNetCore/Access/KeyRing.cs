using System.Security.Cryptography;
using System.Text;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>The hashes of one kind of keys. Comparing takes the same time whichever key matches, and whether one does.</summary>
internal sealed class KeyRing
{
    private readonly (string Name, byte[] Hash)[] _keys;

    private KeyRing((string, byte[])[] keys) => _keys = keys;

    public bool IsEmpty => _keys.Length == 0;

    /// <summary>Resolves every reference.</summary>
    /// <param name="section">Where the keys are configured, for the errors.</param>
    /// <param name="references">Name to <c>env:NAME</c>, several with commas between.</param>
    /// <param name="secrets">Where the references lead.</param>
    /// <param name="errors">Gets a line for each reference that leads nowhere.</param>
    public static KeyRing Create(string section, IReadOnlyDictionary<string, string> references, ISecretSource secrets, List<string> errors)
    {
        var keys = new List<(string, byte[])>();
        foreach (var (name, text) in references)
        {
            if (string.IsNullOrWhiteSpace(text))
                errors.Add($"{section}:{name} is empty. Give it a reference such as env:TEAM_A_KEY, or leave it out.");
            foreach (var reference in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!reference.StartsWith("env:", StringComparison.Ordinal))
                    errors.Add($"{section}:{name} must be a reference such as env:TEAM_A_KEY, not a key itself.");
                else if (secrets.Find(reference[4..]) is not { } key)
                    errors.Add($"{section}:{name} names the setting '{reference[4..]}', which is not set.");
                else
                    keys.Add((name, Hash(key)));
            }
        }

        return new([.. keys]);
    }

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The name that the key with this hash belongs to, or null.</summary>
    public string? FindName(byte[] hash)
    {
        string? found = null;
        foreach (var (name, candidate) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, candidate))
                found = name;
        }

        return found;
    }
}
