using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>What has not begun when the front end of Functions would cut it: 202 for who accepts that, else 504. Here 2 s instead of 220 s.</summary>
public sealed class AnswerWithinTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData("queue", null)]
    [InlineData("reject", "wait=1")]
    public async Task AnswerWithin_SlowEndpoint_Is202AndTheReplayHasItsTime(string whenUnavailable, string? prefer)
    {
        await using var world = await StartAsync(whenUnavailable);
        (string, string)[] headers = prefer is null ? [] : [("Prefer", prefer)];
        var begun = TimeProvider.System.GetTimestamp();
        var reply = await world.Router.Http.ChatAsync("a long think", headers: headers);
        var took = TimeProvider.System.GetElapsedTime(begun);
        TestContext.Current.TestOutputHelper?.WriteLine($"202 after {took.TotalSeconds:0.00} s");

        Assert.True(reply.Status == 202, $"{reply.Status} {reply.Body}");
        Assert.InRange(took, AnswerWithin, AnswerWithin * 5);
        await world.Router.Http.UntilAsync(reply.Headers["Location"], "succeeded");
        Assert.Equal(await world.DirectAnswerAsync("a long think"), (await world.Router.Http.AnswerAsync(reply.Headers["Location"])).Text);
    }

    [Fact]
    public async Task AnswerWithin_SlowEndpointAndNobodyMayQueue_Is504()
    {
        await using var world = await StartAsync("reject");
        var reply = await world.Router.Http.ChatAsync("a long think");
        Assert.Equal((504, true), (reply.Status, reply.Body.Contains("deadline_exceeded", StringComparison.Ordinal)));
    }

    private Task<RouterWorld> StartAsync(string whenUnavailable) => RouterWorld.StartAsync(
        azurite,
        [0],
        catalog => catalog["models"]!["m"]!["whenUnavailable"] = whenUnavailable,
        QueueWorld.Settings(new Dictionary<string, string?> { ["Routing:AnswerWithin"] = AnswerWithin.ToString() }),
        options: _ => new() { FirstTokenDelay = Answer });
}
