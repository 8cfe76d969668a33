using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Replay;

/// <summary>Makes the router's request again out of what the ledger kept.</summary>
internal static class QueuedRequestReader
{
    /// <exception cref="RequestBodyException">The body cannot be read any more.</exception>
    public static async Task<RouterRequest> ReadAsync(QueuedRequest row, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var path = ApiPath.TryParse(row.Path) ?? throw new RequestBodyException($"Nothing is served at '{row.Path}' any more.");
        return new()
        {
            Id = row.Id,
            Owner = row.Owner,
            Path = row.Path,
            IsReplay = true,
            Header = name => row.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value,
            Call = new ModelRequest
            {
                Method = HttpMethod.Parse(row.Method),
                Path = path,
                Query = row.Query,
                Headers = row.Headers,
                Model = row.Model,
                Body = await ParseAsync(row, body, cancellationToken),
            },
        };
    }

    private static async Task<RequestBody> ParseAsync(QueuedRequest row, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (row.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true)
            return await MultipartBodyReader.ReadAsync(body.ToArray(), row.ContentType, cancellationToken);
        // The endpoint must answer now: it is the router that runs the request in the background.
        return JsonBodyReader.Read(row.IsBackgroundResponse ? BackgroundFlag.Clear(body) : body, row.ContentType);
    }
}
