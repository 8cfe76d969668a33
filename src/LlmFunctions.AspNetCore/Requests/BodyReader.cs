using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Buffers a request's body, within the limits of one and of all.</summary>
internal sealed class BodyReader(RouterHttpOptions options)
{
    private const int FirstGuess = 16 * 1024;

    /// <summary>Exactly one of the two is set.</summary>
    public async ValueTask<(byte[]? Bytes, RouterError? Error)> ReadAsync(HttpRequest request, BodyLease lease, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxRequestBody)
            return (null, ReadErrors.TooLong(options.MaxRequestBody));
        try
        {
            return request.ContentLength is { } length
                ? await ReadKnownAsync(request.Body, (int)length, lease, cancellationToken)
                : await ReadUnknownAsync(request.Body, lease, cancellationToken);
        }
        catch (BadHttpRequestException e)
        {
            return (null, e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ReadErrors.TooLong(options.MaxRequestBody)
                : ReadErrors.Refuse(400, "body_not_readable", "The body ended before its announced length."));
        }
    }

    private static async ValueTask<(byte[]?, RouterError?)> ReadKnownAsync(Stream body, int length, BodyLease lease, CancellationToken cancellationToken)
    {
        if (!lease.TryGrowTo(length))
            return (null, ReadErrors.Overloaded);
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        await body.ReadExactlyAsync(bytes, cancellationToken);
        return (bytes, null);
    }

    private async ValueTask<(byte[]?, RouterError?)> ReadUnknownAsync(Stream body, BodyLease lease, CancellationToken cancellationToken)
    {
        var bytes = new byte[FirstGuess];
        var length = 0;
        while (true)
        {
            if (!lease.TryGrowTo(bytes.Length))
                return (null, ReadErrors.Overloaded);
            var read = await body.ReadAsync(bytes.AsMemory(length), cancellationToken);
            length += read;
            if (length > options.MaxRequestBody)
                return (null, ReadErrors.TooLong(options.MaxRequestBody));
            if (read == 0)
                return (bytes[..length], null);
            if (length == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 2);
        }
    }
}
