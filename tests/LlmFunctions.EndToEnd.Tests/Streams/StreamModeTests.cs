using System.Diagnostics;
using LlmFunctions.EndToEnd.Tests.Fallback;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>The mode of a stream: the model's own, or the one that a request asks for.</summary>
public sealed class StreamModeTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData("off", null, false)]
    [InlineData("off", "splice", true)]
    [InlineData("off", "hold", true)]
    [InlineData("hold", "off", false)]
    [InlineData(null, "off", false)]
    public async Task Chat_ModelsModeAndHeader_TheHeaderCounts(string? model, string? header, bool isFinished)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], catalog => catalog["models"]!["m"]!["stream"] = model ?? "splice");
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var reply = await world.Router.Http.ChatAsync("mode", stream: true, header is null ? [] : [("x-llm-stream", header)]);
        Assert.Equal(isFinished, reply.Text == await world.DirectAnswerAsync("mode", 1));
        Assert.Equal(isFinished, reply.Body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sometimes")]
    [InlineData("Hold")]
    [InlineData("")]
    public async Task Chat_UnknownMode_IsA400ThatNamesThem(string mode)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        var reply = await world.Router.Http.ChatAsync("mode", stream: true, ("x-llm-stream", mode));
        Assert.Equal(400, reply.Status);
        Assert.Contains("stream_mode_not_valid", reply.Body, StringComparison.Ordinal);
        Assert.Contains("splice, hold, off", reply.Body, StringComparison.Ordinal);
        Assert.Equal(0, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task Hold_SlowAnswer_SendsCommentsThenTheWholeStream()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        world.Endpoints[0].Settings.TokensPerSecond = 6;
        using var message = Chats.Message("held", stream: true, ("x-llm-stream", "hold"));
        var watch = Stopwatch.StartNew();
        using var response = await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var begun = watch.Elapsed;
        var reply = await ChatReply.ReadAsync(response);
        TestContext.Current.TestOutputHelper!.WriteLine($"headers after {begun}, all after {watch.Elapsed}");
        Assert.StartsWith(": waiting for the answer\n\n", reply.Body, StringComparison.Ordinal);
        Assert.Equal(await world.DirectAnswerAsync("held"), reply.Text);
        Assert.EndsWith("data: [DONE]\n\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hold_EveryDeploymentBreaksAfterACommentWentOut_EndsWithAnInBandError()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        foreach (var endpoint in world.Endpoints)
        {
            endpoint.Settings.TokensPerSecond = 6;
            endpoint.Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 15 });
        }

        var reply = await world.Router.Http.ChatAsync("held", stream: true, ("x-llm-stream", "hold"));
        Assert.Equal(200, reply.Status);
        Assert.Equal("", reply.Text);
        Assert.Contains("no_deployment_available", StreamEvents.Read(reply.Body)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hold_EveryDeploymentBreaksAtOnce_Is503AndNoneIsAskedTwice()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1, 2]);
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var reply = await world.Router.Http.ChatAsync("held", stream: true, ("x-llm-stream", "hold"));
        Assert.Equal(503, reply.Status);
        Assert.Contains("e0:stream_cut, e1:stream_cut, e2:stream_cut", reply.Body, StringComparison.Ordinal);
        Assert.All(world.Endpoints, endpoint => Assert.Equal(1, endpoint.Counters.Total.Requests));
    }

    [Fact]
    public async Task Hold_LastBreakComesAfterTheDeadline_StillFailsOver()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        // The first request of a process may take its time; this one's deadline is short.
        Assert.Equal(200, (await world.Router.Http.ChatAsync("warm", stream: true)).Status);
        world.Endpoints[0].Settings.TokensPerSecond = 8;
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 20 });
        var reply = await world.Router.Http.ChatAsync("late", stream: true, ("x-llm-stream", "hold"), ("x-llm-timeout", "2"));
        Assert.Equal(await world.DirectAnswerAsync("late", 1), reply.Text);
    }

    [Fact]
    public async Task Hold_ContentFilterInTheMiddle_IsTheErrorThatItWouldHaveBeen()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ErrorEvent, AfterTokens = 5, Code = "content_filter" });
        var reply = await world.Router.Http.ChatAsync("filtered", stream: true, ("x-llm-stream", "hold"));
        Assert.Equal(400, reply.Status);
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
    }

    [Fact]
    public async Task Replay_OfAStreamThatMayNotBeHeld_IsHeldAllTheSame()
    {
        await using var world = await QueueWorld.StartAsync(azurite, catalog => catalog["models"]!["m"]!["stream"] = "off", endpoints: 2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var location = await world.Router.Http.QueueChatAsync("replayed", stream: true, ("x-llm-stream", "off"));
        await world.Router.Http.UntilAsync(location, "succeeded");
        Assert.Equal(await world.DirectAnswerAsync("replayed", 1), (await world.Router.Http.AnswerAsync(location)).Text);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
    }
}
