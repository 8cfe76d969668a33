using System.Buffers.Binary;
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
        var body = request.Call.Body;
        if (body.Boundary is { } boundary)
            AppendParts(hash, body.Bytes.Span, Encoding.UTF8.GetBytes($"--{boundary}"));
        else
            hash.AppendData(body.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // An SDK that sends a form again makes up another boundary: only what stands between the boundaries counts.
    private static void AppendParts(IncrementalHash hash, ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        for (var end = 0; end >= 0;)
        {
            end = body.IndexOf(delimiter);
            var part = end < 0 ? body : body[..end];
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
            if (end >= 0)
                body = body[(end + delimiter.Length)..];
        }
    }
}
