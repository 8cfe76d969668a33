using System.Security.Cryptography;
using System.Text;

namespace LlmFunctions.Core.Routing;

/// <summary>Tells requests apart that come under the same idempotency key.</summary>
internal static class RequestFingerprint
{
    /// <summary>SHA-256 of method, path, query and body, in lower-case hexadecimal.</summary>
    public static string Of(RouterRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Call.Method} {request.Path}{request.Call.Query}\n"));
        hash.AppendData(request.Call.Body.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
