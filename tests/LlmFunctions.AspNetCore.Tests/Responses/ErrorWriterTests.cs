using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Responses;

public sealed class ErrorWriterTests
{
    private static readonly RouterError Error = new(503, "no_deployment_available", "Say \"please\" <later>.")
    {
        Parameter = "model",
        RetryAfter = TimeSpan.FromMilliseconds(1500),
        ShouldRetry = true,
    };

    [Fact]
    public async Task Write_OpenAisPath_HasItsShapeAndTellsWhenToRetry()
    {
        var context = await WriteAsync("/v1/chat/completions");
        Assert.Equal(
            """{"error":{"message":"Say \"please\" <later>.","type":"server_error","param":"model","code":"no_deployment_available"}}""", BodyOf(context));
        Assert.Equal((503, "application/json", "2", "1500", "true"), (
            context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.RetryAfter.ToString(),
            context.Response.Headers["retry-after-ms"].ToString(), context.Response.Headers["x-should-retry"].ToString()));
        Assert.Equal(context.Response.Body.Length, context.Response.ContentLength);
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(413, "request_too_large")]
    [InlineData(503, "overloaded_error")]
    [InlineData(504, "timeout_error")]
    [InlineData(500, "api_error")]
    public async Task Write_AnthropicsPath_HasItsShape(int status, string type)
    {
        var context = await WriteAsync("/v1/messages", Error with { Status = status });
        Assert.Equal($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Say \"please\" <later>."}}""", BodyOf(context));
    }

    [Fact]
    public async Task Write_Head_AnnouncesTheBodyWithoutSendingIt()
    {
        var context = await WriteAsync("/v1/models", method: "HEAD");
        Assert.Equal(0, context.Response.Body.Length);
        Assert.True(context.Response.ContentLength > 0);
    }

    private static async Task<HttpContext> WriteAsync(string path, RouterError? error = null, string method = "POST")
    {
        var context = new DefaultHttpContext { Request = { Path = path, Method = method }, Response = { Body = new MemoryStream() } };
        await ErrorWriter.WriteAsync(context, error ?? Error);
        return context;
    }

    private static string BodyOf(HttpContext context) => System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
}
