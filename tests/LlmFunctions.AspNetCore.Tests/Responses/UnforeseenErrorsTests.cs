using System.Text;
using LlmFunctions.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.AspNetCore.Tests.Responses;

public sealed class UnforeseenErrorsTests
{
    private readonly DefaultHttpContext _context = new() { Request = { Method = "POST", Path = "/v1/chat/completions" }, Response = { Body = new MemoryStream() } };
    private readonly LineLogger _log = new();

    [Theory]
    [InlineData("/v1/chat/completions", "{\"error\":{\"message\":\"The router failed on this request. Send it again")]
    [InlineData("/v1/messages", "{\"type\":\"error\",\"error\":{\"type\":\"api_error\"")]
    public async Task Invoke_EndpointThrows_IsAnErrorInTheApisShapeAndInTheLog(string path, string expected)
    {
        _context.Request.Path = path;
        await InvokeAsync(context =>
        {
            context.Response.StatusCode = 200;
            context.Response.Headers["x-half-done"] = "yes";
            throw new InvalidOperationException("a bug");
        });

        Assert.Equal((500, "true"), (_context.Response.StatusCode, _context.Response.Headers["x-should-retry"].ToString()));
        Assert.StartsWith(expected, Body(), StringComparison.Ordinal);
        Assert.DoesNotContain("a bug", Body(), StringComparison.Ordinal);
        Assert.False(_context.Response.Headers.ContainsKey("x-half-done"));
        Assert.Equal([$"Error: Request {_context.Response.Headers["x-llm-request-id"]}, POST {path}, failed: a bug"], _log.Lines);
    }

    [Fact]
    public async Task Invoke_RequestHasItsId_KeepsIt()
    {
        await InvokeAsync(context =>
        {
            context.Response.Headers["x-llm-request-id"] = "req_known";
            throw new InvalidOperationException("a bug");
        });
        Assert.Equal("req_known", _context.Response.Headers["x-llm-request-id"]);
        Assert.Contains("req_known", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_AnswerHasBegun_IsLeftToTheServer()
    {
        _context.Features.Set<IHttpResponseFeature>(new StartedResponse());
        await Assert.ThrowsAsync<InvalidOperationException>(() => InvokeAsync(_ => throw new InvalidOperationException("a bug")));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Invoke_CallerLeft_IsLeftToTheServer()
    {
        _context.RequestAborted = new CancellationToken(canceled: true);
        await Assert.ThrowsAsync<OperationCanceledException>(() => InvokeAsync(_ => throw new OperationCanceledException()));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Invoke_RequestCannotBeRead_IsLeftToTheServer() =>
        await Assert.ThrowsAsync<BadHttpRequestException>(() => InvokeAsync(_ => throw new BadHttpRequestException("bad", 400)));

    private Task InvokeAsync(RequestDelegate endpoint) => new UnforeseenErrors(endpoint, _log).InvokeAsync(_context);

    private string Body() => Encoding.UTF8.GetString(((MemoryStream)_context.Response.Body).ToArray());

    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private sealed class LineLogger : ILogger<UnforeseenErrors>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}: {exception?.Message}");
    }
}
