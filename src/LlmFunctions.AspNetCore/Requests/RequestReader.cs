using System.Globalization;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Reads a caller's request, bounded, into what the router takes.</summary>
internal sealed class RequestReader(BodyReader bodies, CallbackHosts callbacks)
{
    private const int LongestKey = 255;

    /// <summary>Exactly one of the two is set.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">What its path says.</param>
    /// <param name="id">The id it was given.</param>
    /// <param name="lease">Takes part of the body budget until disposed.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async ValueTask<(RouterRequest? Request, RouterError? Error)> ReadAsync(
        HttpContext context, ApiPath path, string id, BodyLease lease, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
            return (null, ReadErrors.Encoded(encoding.ToString()));
        if (!TryReadTimeout(request, out var timeout))
            return (null, ReadErrors.Timeout(request.Headers["x-llm-timeout"].ToString()));
        if (!TryReadStream(request, out var stream))
            return (null, ReadErrors.Stream(request.Headers["x-llm-stream"].ToString()));
        if (request.Headers["Idempotency-Key"] is { Count: > 0 } key && key.ToString().Length is 0 or > LongestKey)
            return (null, ReadErrors.IdempotencyKey(LongestKey));
        if (!TryReadCallback(request, out var callback, out var refusal))
            return (null, ReadErrors.Callback(refusal));

        var (bytes, error) = await bodies.ReadAsync(request, lease, cancellationToken);
        if (bytes is null)
            return (null, error);
        var (body, wrong) = await ParseAsync(request.ContentType, path, bytes, cancellationToken);
        if (body is null)
            return (null, wrong);
        if ((path.Model ?? body.Model) is not { } model && path.StoredId is null)
            return (null, ReadErrors.NoModel);

        return (New(context, path, id, body, path.Model ?? body.Model ?? "") with { Timeout = timeout, Stream = stream, Callback = callback }, null);
    }

    private static RouterRequest New(HttpContext context, ApiPath path, string id, RequestBody body, string model) => new()
    {
        Id = id,
        Path = context.Request.Path.Value ?? "",
        Owner = Caller.NameOf(context),
        Preference = PreferHeader.Read(context.Request.Headers),
        IdempotencyKey = context.Request.Headers["Idempotency-Key"] is { Count: > 0 } key ? key.ToString() : null,
        Header = name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
        Call = new ModelRequest
        {
            Method = HttpMethod.Parse(context.Request.Method),
            Path = path,
            Query = context.Request.QueryString.Value ?? "",
            Headers = RelayedHeadersOf(context.Request),
            Body = body,
            Model = model,
        },
    };

    private static async ValueTask<(RequestBody? Body, RouterError? Error)> ParseAsync(
        string? contentType, ApiPath path, byte[] bytes, CancellationToken cancellationToken)
    {
        if (path.StoredId is not null)
            return (new RequestBody { Bytes = bytes, ContentType = bytes.Length == 0 ? null : contentType }, null);
        try
        {
            if (contentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true)
                return (await MultipartBodyReader.ReadAsync(bytes, contentType, cancellationToken), null);
            if (contentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == false)
                return (null, ReadErrors.MediaType(contentType));
            var body = JsonBodyReader.Read(bytes, contentType ?? "application/json");
            return (body with { IsBackground = body.IsBackground && path.Operation == ApiOperation.Responses }, null);
        }
        catch (RequestBodyException e)
        {
            return (null, ReadErrors.Body(e));
        }
    }

    // x-llm-timeout: 2.5
    private static bool TryReadTimeout(HttpRequest request, out TimeSpan? timeout)
    {
        timeout = null;
        if (!request.Headers.TryGetValue("x-llm-timeout", out var text))
            return true;
        // Neither comparison holds for NaN, which is a number to the parser.
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds is not (>= 0.001 and <= 86_400))
            return false;
        timeout = TimeSpan.FromSeconds(seconds);
        return true;
    }

    // x-llm-stream: hold
    private static bool TryReadStream(HttpRequest request, out StreamMode? stream)
    {
        stream = null;
        if (!request.Headers.TryGetValue("x-llm-stream", out var text))
            return true;
        if (!StreamModes.ByName.TryGetValue(text.ToString(), out var mode))
            return false;
        stream = mode;
        return true;
    }

    // x-llm-callback: https://hooks.example.com/llm
    private bool TryReadCallback(HttpRequest request, out Uri? callback, out string refusal)
    {
        (callback, refusal) = (null, "");
        if (!request.Headers.TryGetValue("x-llm-callback", out var text))
            return true;
        refusal = Uri.TryCreate(text, UriKind.Absolute, out callback)
            ? callbacks.Refuse(callback) ?? ""
            : "The callback must be an absolute https address.";
        return refusal.Length == 0;
    }

    private static List<KeyValuePair<string, string>> RelayedHeadersOf(HttpRequest request)
    {
        var connection = request.Headers.Connection.Count == 0
            ? []
            : request.Headers.Connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var kept = new List<KeyValuePair<string, string>>(request.Headers.Count);
        foreach (var (name, values) in request.Headers)
        {
            if (!RelayedHeaders.MaySend(name, connection))
                continue;
            foreach (var value in values)
            {
                if (value is not null)
                    kept.Add(new(name, value));
            }
        }

        return kept;
    }
}
