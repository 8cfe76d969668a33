using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class RemainderReaderTests
{
    private readonly FakeTimeProvider _time = new();

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void Read_OpenAisHeaders_GivesRequestsAndTokens() => Assert.Equal(
        new Remainders(new(59, Now.AddSeconds(1)), new(149_984, Now.AddMinutes(6)), null, null),
        Read(
            ("x-ratelimit-remaining-requests", "59"), ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "149984"), ("x-ratelimit-reset-tokens", "6m0s")));

    [Fact]
    public void Read_AnthropicsHeaders_GivesAllFour()
    {
        var reset = Now.AddSeconds(30);
        Assert.Equal(
            new Remainders(new(4, reset), new(90, reset), new(50, reset), new(40, reset)),
            Read([.. new[] { ("requests", "4"), ("tokens", "90"), ("input-tokens", "50"), ("output-tokens", "40") }.SelectMany(limit => new[]
            {
                ($"anthropic-ratelimit-{limit.Item1}-remaining", limit.Item2), ($"anthropic-ratelimit-{limit.Item1}-reset", reset.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)),
            })]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("-1s")]
    public void Read_NoResetOrNonsense_ResetsLikeAThrottleWithoutATime(string? reset) => Assert.Equal(
        Now.AddSeconds(5),
        Read([("x-ratelimit-remaining-tokens", "0"), .. reset is null ? [] : new[] { ("x-ratelimit-reset-tokens", reset) }])!.Tokens!.Value.ResetAt);

    [Fact]
    public void Read_ResetTomorrow_IsBelievedTenMinutes() => Assert.Equal(
        Now.AddMinutes(10),
        Read(("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "8h0m0s"))!.Requests!.Value.ResetAt);

    [Theory]
    [InlineData("-1")]
    [InlineData("unlimited")]
    [InlineData("")]
    [InlineData("99999999999999999999")]
    public void Read_RemainderThatIsNone_TellsNothing(string value) => Assert.Null(Read(("x-ratelimit-remaining-tokens", value)));

    [Fact]
    public void Read_NoHeader_AllocatesNothing()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("x-request-id", "1");
        var reader = new RemainderReader(new(), _time);
        Assert.Null(reader.Read(response.Headers));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            reader.Read(response.Headers);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private Remainders? Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return new RemainderReader(new(), _time).Read(response.Headers);
    }
}
