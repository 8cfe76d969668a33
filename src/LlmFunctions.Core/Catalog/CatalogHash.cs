using System.Security.Cryptography;
using System.Text;

namespace LlmFunctions.Core.Catalog;

/// <summary>Tells one document from another.</summary>
public static class CatalogHash
{
    /// <summary>SHA-256 of the document's UTF-8, lower-case hexadecimal.</summary>
    public static string Of(string document) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)));
}
