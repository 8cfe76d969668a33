using System.Globalization;
using System.Text;

namespace LlmFunctions.Azure.Health;

/// <summary>Names as table keys, which may hold neither <c>/ \ # ?</c> nor control characters: what is no letter or digit of
/// ASCII, dot or hyphen becomes the bytes of its UTF-8, <c>meta-llama/Llama 3@east</c> → <c>meta-llama_2FLlama_203_40east</c>.</summary>
internal static class TableKey
{
    public static string Encode(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var one in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)one) || one is (byte)'.' or (byte)'-')
                key.Append((char)one);
            else
                key.Append(CultureInfo.InvariantCulture, $"_{one:X2}");
        }

        return key.ToString();
    }
}
