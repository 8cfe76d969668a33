using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Finds the form fields <c>model</c> and <c>stream</c> of a multipart body, as audio and image edits send it.</summary>
public static class MultipartBodyReader
{
    private const int LongestField = 1024;

    /// <exception cref="RequestBodyException">The body is no multipart form, or names the model twice.</exception>
    public static async Task<RequestBody> ReadAsync(byte[] bytes, string contentType, CancellationToken cancellationToken)
    {
        var boundary = FindBoundary(contentType);
        var body = new RequestBody { Bytes = bytes, ContentType = contentType, Boundary = boundary };
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(bytes));
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
                body = await ReadSectionAsync(section, body, cancellationToken);
            return body;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException)
        {
            throw new RequestBodyException($"The body is not a valid multipart form: {e.Message}");
        }
    }

    private static string FindBoundary(string contentType)
    {
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        return string.IsNullOrEmpty(boundary)
            ? throw new RequestBodyException("The Content-Type of a multipart body must name its boundary.")
            : boundary;
    }

    private static async Task<RequestBody> ReadSectionAsync(MultipartSection section, RequestBody body, CancellationToken cancellationToken)
    {
        var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
        if (name is not ("model" or "stream"))
            return body;

        var start = (int)section.BaseStreamOffset!.Value;
        var bytes = await ReadFieldAsync(section, name, cancellationToken);
        var value = Encoding.UTF8.GetString(bytes.Span);
        if (name == "stream")
            return body with { IsStreaming = string.Equals(value, "true", StringComparison.OrdinalIgnoreCase) };
        if (body.Model is not null)
            throw new RequestBodyException("The form names 'model' twice; name it once.", "model");
        return body with { Model = value, ModelAt = start..(start + bytes.Length) };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadFieldAsync(MultipartSection section, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestField];
        var length = await section.Body.ReadAtLeastAsync(buffer, LongestField, throwOnEndOfStream: false, cancellationToken);
        return length is 0 or LongestField
            ? throw new RequestBodyException($"The form field '{name}' must hold 1 to {LongestField - 1} bytes.", name)
            : buffer.AsMemory(0, length);
    }
}
