using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmFunctions.AspNetCore.Tests.Responses;

public sealed class ResponseRelayTests : IDisposable
{
    private readonly FlushCounter _body = new();
    private readonly DefaultHttpContext _context;

    public ResponseRelayTests() => _context = new() { Response = { Body = _body } };

    [Fact]
    public async Task Copy_Whole_IsAsItCame()
    {
        KeyValuePair<string, string>[] headers = [new("Content-Type", "application/json"), new("x-tag", "a"), new("x-tag", "b")];
        await ResponseRelay.CopyAsync(new EndpointAnswer(418, headers, "{}"u8.ToArray()), _context);
        Assert.Equal((418, 2, "a,b"), (_context.Response.StatusCode, _context.Response.ContentLength, _context.Response.Headers["x-tag"].ToString()));
        Assert.Equal("{}"u8.ToArray(), _body.ToArray());
    }

    [Fact]
    public async Task Copy_Stream_FlushesEveryEvent()
    {
        await ResponseRelay.CopyAsync(new EndpointAnswer(200, [], EventsAsync(5), new MemoryStream()), _context);
        Assert.Equal(5, _body.Flushes);
    }

    [Fact]
    public async Task Copy_BytesBreak_CutsTheCaller()
    {
        var lifetime = new Lifetime();
        _context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        await ResponseRelay.CopyAsync(new EndpointAnswer(200, [], BreakAsync(), new MemoryStream()), _context);
        Assert.True(lifetime.IsAborted);
    }

    public void Dispose() => _body.Dispose();

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return "data: x\n\n"u8.ToArray();
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BreakAsync()
    {
        yield return "half"u8.ToArray();
        await Task.Yield();
        throw new IOException("lost");
    }

    private sealed class FlushCounter : MemoryStream
    {
        public int Flushes { get; private set; }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushes++;
            return base.FlushAsync(cancellationToken);
        }
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
