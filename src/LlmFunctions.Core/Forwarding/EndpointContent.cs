using System.Net;
using System.Text;
using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>A caller's body with the model's name replaced, written in three pieces so that nothing is copied.</summary>
internal sealed class EndpointContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _before;
    private readonly byte[] _name;
    private readonly ReadOnlyMemory<byte> _after;

    public EndpointContent(RequestBody body, string? name)
    {
        if (name is null)
        {
            (_before, _name, _after) = (body.Bytes, [], default);
        }
        else
        {
            _before = body.Bytes[..body.ModelAt.Start.Value];
            _name = Encode(body, name);
            _after = body.Bytes[body.ModelAt.End.Value..];
        }

        if (body.ContentType is not null)
            Headers.TryAddWithoutValidation("Content-Type", body.ContentType);
    }

    private static byte[] Encode(RequestBody body, string name)
    {
        if (body.Boundary is { } boundary)
        {
            return Encoding.UTF8.GetBytes(body.Model is not null
                ? name
                : $"--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{name}\r\n");
        }

        var text = JsonSerializer.Serialize(name, ForwardingJson.Default.String);
        if (body.Model is not null)
            return Encoding.UTF8.GetBytes(text);

        // The path named the model. A body that is otherwise empty takes no comma behind the name.
        var isEmpty = body.Bytes.Span[body.ModelAt.End.Value..].TrimStart(" \t\r\n"u8) is [(byte)'}', ..];
        return Encoding.UTF8.GetBytes($"\"model\":{text}{(isEmpty ? "" : ",")}");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _before.Length + _name.Length + _after.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_before, cancellationToken);
        if (_name.Length > 0)
            await stream.WriteAsync(_name, cancellationToken);
        if (_after.Length > 0)
            await stream.WriteAsync(_after, cancellationToken);
    }
}
