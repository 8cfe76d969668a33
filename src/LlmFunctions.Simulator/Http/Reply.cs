
namespace LlmFunctions.Simulator;

/// <summary>An answer that is sent in one piece.</summary>
internal sealed record Reply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public static Reply Json<T>(T body, int status = 200) => new(status, "application/json", Simulator.Json.Bytes(body));

    public static Reply Text(string body, int status) => new(
        status,
        body.StartsWith('<') ? "text/html" : body.StartsWith('{') ? "application/json" : "text/plain; charset=utf-8",
        System.Text.Encoding.UTF8.GetBytes(body));

    public async Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        if (!Body.IsEmpty)
            response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        await response.BodyWriter.WriteAsync(Body, context.RequestAborted);
    }
}
