using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>What a request sticks by: a header, else the body's key, else how its prompt begins.</summary>
public sealed class StickyKeyTests
{
    private const string Keyed = """{"model":"m","user":"u","prompt_cache_key":"k","messages":[]}""";
    private static readonly ModelConfig ByHeader = Model() with { StickyHeader = "x-session" };

    [Theory]
    [InlineData(SelectionPolicyKind.Weighted)]
    [InlineData(SelectionPolicyKind.RoundRobin)]
    [InlineData(SelectionPolicyKind.LeastBusy)]
    [InlineData(SelectionPolicyKind.Fastest)]
    public void Of_ModelThatDoesNotStick_IsNone(SelectionPolicyKind policy) => Assert.Null(StickyKey.Of(Request(Keyed, "s"), ByHeader with { Policy = policy }));

    [Theory]
    [InlineData("s-1", "s-1")]
    [InlineData("", "k")]
    [InlineData(null, "k")]
    public void Of_ModelWithAHeader_IsItsValueIfTheCallerSentOne(string? header, string expected) =>
        Assert.Equal(expected, StickyKey.Of(Request(Keyed, header), ByHeader));

    [Fact]
    public void Of_ModelWithoutAHeader_LooksAtNone() => Assert.Equal("k", StickyKey.Of(Request(Keyed, "s-1"), Model()));

    [Theory]
    [InlineData("""{"user":"u","prompt_cache_key":"k","messages":[]}""", "k")]
    [InlineData("""{"prompt_cache_key":"k","user":"u","messages":[]}""", "k")]
    [InlineData("""{"user":"u","messages":[]}""", "u")]
    public void Of_BodyWithAKey_IsTheCacheKeyBeforeTheUser(string body, string expected) => Assert.Equal(expected, StickyKey.Of(Request(body), Model()));

    [Fact]
    public void Of_NoKeyAtAll_IsHowThePromptBegins()
    {
        var opening = new string('a', 3000);
        var key = StickyKey.Of(Request($$"""{"messages":"{{opening}} one"}"""), Model());
        Assert.Equal(key, StickyKey.Of(Request($$"""{"temperature":1,"messages":"{{opening}} another"}"""), Model()));
        Assert.NotEqual(key, StickyKey.Of(Request($$"""{"messages":"b{{opening}} one"}"""), Model()));
    }

    [Theory]
    [InlineData("""{"input":"hello"}""", """{"input":"hullo"}""")]
    [InlineData("""{"prompt":"hello"}""", """{"prompt":"hullo"}""")]
    [InlineData("""{"system":"hello","messages":[1]}""", """{"system":"hullo","messages":[1]}""")]
    public void Of_ShortPromptOfAnyApi_DependsOnAllOfIt(string one, string other)
    {
        Assert.Equal(StickyKey.Of(Request(one), Model()), StickyKey.Of(Request(one), Model()));
        Assert.NotEqual(StickyKey.Of(Request(one), Model()), StickyKey.Of(Request(other), Model()));
    }

    [Fact]
    public void Of_NoPrompt_IsOneKeyForAll() =>
        Assert.Equal(StickyKey.Of(Request("""{"model":"m"}"""), Model()), StickyKey.Of(Request("""{"model":"m","file":"f"}"""), Model()));

    private static ModelConfig Model() => new() { Name = "m", Deployments = [], Policy = SelectionPolicyKind.Sticky };

    private static RouterRequest Request(string body, string? session = null) => new()
    {
        Id = "req_1",
        Owner = "a",
        Path = "/v1/chat/completions",
        Header = name => name == "x-session" ? session : null,
        Call = new()
        {
            Method = HttpMethod.Post,
            Path = ApiPath.TryParse("/v1/chat/completions")!,
            Body = JsonBodyReader.Read(Encoding.UTF8.GetBytes(body), "application/json"),
            Model = "m",
        },
    };
}
