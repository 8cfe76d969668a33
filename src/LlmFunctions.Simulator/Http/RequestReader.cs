using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>Reads a request whole.</summary>
internal static class RequestReader
{
    /// <summary>Throws a <see cref="JsonException"/> or <see cref="InvalidDataException"/> for a body that cannot be read.</summary>
    public static async Task<SimulatedRequest> ReadAsync(HttpContext context, ApiPath path, byte[] body)
    {
        if (context.Request.HasFormContentType)
            return await ReadFormAsync(context, path, body);
        if (body.Length == 0)
            return new SimulatedRequest { Path = path, RawBody = body, Model = path.Deployment };
        var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return new SimulatedRequest
        {
            Path = path,
            RawBody = body,
            Document = document,
            Model = path.Deployment ?? root.Text("model"),
            Streamed = root.Flag("stream"),
            Prompt = PromptText.Of(path.Operation, root),
        };
    }

    public static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength is { } length)
        {
            if (length == 0)
                return [];
            var exact = new byte[length];
            await context.Request.Body.ReadExactlyAsync(exact, context.RequestAborted);
            return exact;
        }
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    private static async Task<SimulatedRequest> ReadFormAsync(HttpContext context, ApiPath path, byte[] body)
    {
        context.Request.Body = new MemoryStream(body);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var file = form.Files.Count > 0 ? form.Files[0] : null;
        var prompt = form["prompt"].ToString();
        return new SimulatedRequest
        {
            Path = path,
            RawBody = body,
            Form = form,
            Model = path.Deployment ?? (form["model"].ToString() is { Length: > 0 } model ? model : null),
            Streamed = string.Equals(form["stream"], "true", StringComparison.OrdinalIgnoreCase),
            // A transcription seldom has a prompt; the file stands for it.
            Prompt = prompt.Length > 0 ? prompt : $"{file?.FileName} {file?.Length}",
        };
    }
}
