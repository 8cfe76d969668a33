using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Replay;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Requests;

public sealed class RequestReaderTests
{
    [Theory]
    [InlineData("30", 30)]
    [InlineData("2.5", 2.5)]
    [InlineData("0.001", 0.001)]
    [InlineData("86400", 86_400)]
    public async Task ReadAsync_Timeout_IsSeconds(string value, double seconds)
    {
        var (code, _, timeout) = await ReadAsync(value);
        Assert.Equal((null, TimeSpan.FromSeconds(seconds)), (code, timeout));
    }

    [Theory]
    [InlineData("99999")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.0000001")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("∞")]
    [InlineData("1e400")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("30 s")]
    public async Task ReadAsync_TimeoutThatIsNone_IsRefusedWithItsLimits(string value)
    {
        var (code, message, _) = await ReadAsync(value);
        Assert.Equal("timeout_not_valid", code);
        Assert.Contains("from 0.001 to 86400", message, StringComparison.Ordinal);
    }

    private static async Task<(string? Code, string? Message, TimeSpan? Timeout)> ReadAsync(string timeout)
    {
        var options = new RouterHttpOptions();
        var context = new DefaultHttpContext { Request = { Method = "POST", Path = "/v1/chat/completions", ContentType = "application/json" } };
        context.Request.Headers["x-llm-timeout"] = timeout;
        context.Request.Body = new MemoryStream("""{"model":"m"}"""u8.ToArray());
        using var lease = new BodyLease(new BodyBudget(options));
        var (request, error) = await new RequestReader(new BodyReader(options), new CallbackHosts(new CallbackOptions()))
            .ReadAsync(context, ApiPath.TryParse("/v1/chat/completions")!, "req_1", lease, TestContext.Current.CancellationToken);
        return (error?.Code, error?.Message, request?.Timeout);
    }
}
