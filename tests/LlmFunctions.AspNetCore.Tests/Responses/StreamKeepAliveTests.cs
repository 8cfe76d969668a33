using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.AspNetCore.Tests.Responses;

public sealed class StreamKeepAliveTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DefaultHttpContext _context = new() { Response = { Body = new MemoryStream() } };

    [Fact]
    public async Task Tick_ShortWait_LeavesTheStatusOpen()
    {
        var keepAlive = New();
        await keepAlive.TickAsync();
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await keepAlive.TickAsync();
        Assert.False(keepAlive.IsCommitted);
        Assert.Equal("", Body());
    }

    [Fact]
    public async Task Tick_LongWait_SendsACommentAfter2SecondsAndThenEvery5()
    {
        var keepAlive = New();
        var sent = new List<int>();
        for (var second = 0; second <= 14; second++)
        {
            var before = Body().Length;
            await keepAlive.TickAsync();
            if (Body().Length > before)
                sent.Add(second);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([2, 7, 12], sent);
        Assert.Equal("text/event-stream", _context.Response.ContentType);
        Assert.Equal("req_1", _context.Response.Headers["x-llm-request-id"]);
        Assert.All(Body().Split("\n\n", StringSplitOptions.RemoveEmptyEntries), comment => Assert.StartsWith(":", comment, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "data: {\"error\":")]
    [InlineData("/v1/responses", "event: error\ndata: {\"type\":\"error\"")]
    [InlineData("/v1/messages", "event: error\ndata: {\"type\":\"error\"")]
    public async Task Fail_AnyTime_EndsInTheShapeOfTheApi(string path, string start)
    {
        var keepAlive = New(path);
        await keepAlive.FailAsync("no_deployment_available", "Nothing is there.");
        Assert.True(keepAlive.IsCommitted);
        Assert.StartsWith(start, Body(), StringComparison.Ordinal);
        Assert.Contains("Nothing is there.", Body(), StringComparison.Ordinal);
        Assert.EndsWith("\n\n", Body(), StringComparison.Ordinal);
    }

    private StreamKeepAlive New(string path = "/v1/chat/completions") => new(_context, ApiPath.TryParse(path)!, "req_1", _time);

    private string Body() => System.Text.Encoding.UTF8.GetString(((MemoryStream)_context.Response.Body).ToArray());
}
