using System.Globalization;
using System.IO.Compression;
using System.Text;
using Azure.Data.Tables;

namespace LlmFunctions.Azure.Fallback;

/// <summary>A text in a row, longer than the 64 KiB that one property holds: as it is in the column <c>Name</c> while it is
/// short, else compressed in the columns <c>Name0</c>, <c>Name1</c>, …</summary>
internal static class WideText
{
    /// <summary>Storage counts two bytes per character.</summary>
    private const int MostCharacters = 32 * 1024;
    private const int ColumnSize = 64 * 1024;

    /// <summary>A row holds at most 1 MiB, and two such texts share it.</summary>
    private const int MostColumns = 7;

    /// <summary>False when even compressed it does not fit; then the row is left without it.</summary>
    public static bool TryWrite(TableEntity entity, string name, string text)
    {
        if (text.Length <= MostCharacters)
        {
            entity[name] = text;
            return true;
        }

        var packed = Pack(text);
        if (packed.Length > MostColumns * ColumnSize)
            return false;
        foreach (var (index, part) in packed.Chunk(ColumnSize).Index())
            entity[ColumnOf(name, index)] = part;
        return true;
    }

    public static string? Read(TableEntity entity, string name)
    {
        if (entity.GetString(name) is { } text)
            return text;
        using var packed = new MemoryStream();
        for (var index = 0; entity.GetBinary(ColumnOf(name, index)) is { } part; index++)
            packed.Write(part);
        return packed.Length == 0 ? null : Unpack(packed);
    }

    private static string ColumnOf(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}{index}");

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static string Unpack(MemoryStream packed)
    {
        packed.Position = 0;
        using var reader = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
