using LlmFunctions.Core.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmFunctions.AspNetCore.Responses;

/// <summary>Copies an endpoint's answer to the caller, a flush per event.</summary>
internal static class ResponseRelay
{
    public static async Task CopyAsync(EndpointAnswer answer, HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = answer.StatusCode;
        foreach (var (name, value) in answer.Headers)
            response.Headers.Append(name, value);

        if (answer.Chunks is null)
        {
            response.ContentLength = answer.Body.Length;
            await response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await CopyChunksAsync(answer.Chunks, context);
    }

    /// <summary>Only the chunks: the status line went out before.</summary>
    public static async Task CopyChunksAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, HttpContext context)
    {
        try
        {
            await foreach (var chunk in chunks.WithCancellation(context.RequestAborted))
                await context.Response.BodyWriter.WriteAsync(chunk, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; disposing the answer cancels the attempt.
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Bytes have no in-band errors: the caller must see the cut.
            context.Abort();
        }
    }
}
