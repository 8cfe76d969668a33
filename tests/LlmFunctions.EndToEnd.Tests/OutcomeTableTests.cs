using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Each row of the outcome table, over real sockets, streamed and not.</summary>
public sealed class OutcomeTableTests(AzuriteFixture azurite)
{
    private static readonly int[] Tiers = [0, 1];

    public static TheoryData<Fault, string, string?> Failures()
    {
        var rows = new TheoryData<Fault, string, string?>();
        void Add(Fault fault, string label, string? skipped) => rows.Add(fault, label, skipped);
        Add(new() { Kind = FaultKind.Status, Status = 500 }, "500", null);
        Add(new() { Kind = FaultKind.Status, Status = 529 }, "529", null);
        Add(new() { Kind = FaultKind.Status, Status = 408 }, "408", null);
        Add(new() { Kind = FaultKind.Status, Status = 503 }, "503", null);
        Add(new() { Kind = FaultKind.Reset }, "reset", null);
        Add(new() { Kind = FaultKind.Refuse }, "refused", null);
        Add(new() { Kind = FaultKind.WrongJson }, "malformed", null);
        Add(new() { Kind = FaultKind.EmptyBody }, "empty", null);
        Add(new() { Kind = FaultKind.ErrorEvent }, "error-event", null);
        Add(new() { Kind = FaultKind.Throttle, Headers = Headers("retry-after-ms", "60000") }, "429", "Throttled");
        Add(new() { Kind = FaultKind.Throttle, Headers = Headers("Retry-After", "60") }, "429", "Throttled");
        Add(new() { Kind = FaultKind.Throttle, Status = 503, Headers = Headers("Retry-After", "60") }, "503", "Throttled");
        Add(new() { Kind = FaultKind.Throttle }, "429", "Throttled");
        Add(new() { Kind = FaultKind.Status, Status = 401 }, "401", "Misconfigured");
        Add(new() { Kind = FaultKind.Status, Status = 403 }, "403", "Misconfigured");
        Add(new() { Kind = FaultKind.Status, Status = 402 }, "402", "Misconfigured");
        Add(new() { Kind = FaultKind.Status, Status = 404, Code = "model_not_found" }, "404", "Misconfigured");
        Add(new() { Kind = FaultKind.Status, Status = 404, Code = "DeploymentNotFound" }, "404", "Misconfigured");
        Add(new() { Kind = FaultKind.Status, Status = 429, Code = "insufficient_quota" }, "429", "Misconfigured");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Chat_FirstDeploymentFails_FailsOverUnseen(Fault fault, string label, string? skipped)
    {
        foreach (var stream in (bool[])[false, true])
        {
            await using var world = await RouterWorld.StartAsync(azurite, Tiers);
            world.Endpoints[0].Faults.Add(fault);
            var prompt = $"{label} {stream}";
            var reply = await world.Router.Http.ChatAsync(prompt, stream);
            Assert.Equal((200, Expected(label, skipped)), (reply.Status, reply.Path));
            Assert.Equal(await world.DirectAnswerAsync(prompt, 1), reply.Text);
            Assert.Equal(skipped, await world.SkippedAsync(0));
            Assert.Null(await world.SkippedAsync(1));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_SilentDeployment_GetsOneAttemptAndTheNextAnswers(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, Limits("00:00:00.5"));
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var reply = await world.Router.Http.ChatAsync("silence", stream);
        Assert.Equal("e0:timeout, e1:200", reply.Path);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
        Assert.Null(await world.SkippedAsync(0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_LastDeploymentSlowerThanTheLimit_HasTheRestOfTheDeadline(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0], Limits("00:00:00.3"));
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.SlowFirstToken, Delay = TimeSpan.FromSeconds(1.5) });
        var reply = await world.Router.Http.ChatAsync("slow but alone", stream);
        Assert.Equal((200, "e0:200"), (reply.Status, reply.Path));
    }

    [Fact]
    public async Task Chat_CommentsAndEmptyDeltasButNoContent_DoNotFeedTheLimit()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, Limits("00:00:00.8"));
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.SlowFirstToken, Delay = TimeSpan.FromSeconds(30) });
        Assert.Equal("e0:timeout, e1:200", (await world.Router.Http.ChatAsync("slow", stream: true)).Path);
    }

    [Theory]
    [InlineData(FaultKind.ContextLength, null, "context_length_exceeded")]
    [InlineData(FaultKind.ContentFilter, null, "content_filter")]
    [InlineData(FaultKind.ContentFilter, "content_policy_violation", "content_policy_violation")]
    [InlineData(FaultKind.Status, "unknown_parameter", "unknown_parameter")]
    public async Task Chat_CallersError_IsPassedOnAsItCameAfterOneAttempt(FaultKind kind, string? code, string expected)
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        world.Endpoints[0].Faults.Add(new() { Kind = kind, Code = code, Status = kind == FaultKind.Status ? 400 : null });
        foreach (var stream in (bool[])[false, true])
        {
            var reply = await world.Router.Http.ChatAsync("mine", stream);
            Assert.Equal(400, reply.Status);
            Assert.Contains(expected, reply.Body, StringComparison.Ordinal);
            Assert.Equal("e0:400", reply.Path);
        }

        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
        Assert.Null(await world.SkippedAsync(0));
    }

    [Fact]
    public async Task Chat_SiblingInTheTier_IsAskedBeforeASecondAttempt()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0, 1], catalog => catalog["models"]!["m"]!["policy"] = "round-robin");
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        var reply = await world.Router.Http.ChatAsync("siblings");
        Assert.Equal("e0:500, e1:500, e1:500, e2:200", reply.Path);
    }

    [Fact]
    public async Task Chat_LoneDeploymentThatFailsOnce_GetsAQuickSecondAttempt()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Status, Status = 500, Times = 1 });
        var reply = await world.Router.Http.ChatAsync("again");
        Assert.Equal((200, "e0:500, e0:200"), (reply.Status, reply.Path));
    }

    [Fact]
    public async Task Chat_MoreDeploymentsThanMaxAttempts_StopsThere()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1, 2, 3, 4], catalog => catalog["models"]!["m"]!["maxAttempts"] = 3);
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.WrongJson });
        var reply = await world.Router.Http.ChatAsync("all bad");
        Assert.Equal(503, reply.Status);
        Assert.Equal("e0:malformed, e1:malformed, e2:malformed", reply.Path);
        Assert.Equal("true", reply.Headers["x-should-retry"]);
        Assert.True(reply.Headers.ContainsKey("Retry-After"));
        Assert.Contains("no_deployment_available", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_PromptThatBreaksEveryEngine_CountsAgainstTwoDeploymentsOnly()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0, 0, 0]);
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        for (var i = 0; i < 2; i++)
            Assert.Equal(503, (await world.Router.Http.ChatAsync("poison")).Status);
        var open = 0;
        for (var i = 0; i < 4; i++)
            open += await world.SkippedAsync(i) is null ? 0 : 1;
        Assert.True(open <= 2, $"{open} circuits opened for two requests.");
    }

    [Fact]
    public async Task Chat_CallersDeadlinePasses_Is504AndNobodysFailure()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        await world.Router.Http.ChatAsync("warm");
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var reply = await world.Router.Http.ChatAsync("hurry", headers: ("x-llm-timeout", "3"));
        Assert.Equal((504, "e0:cancelled", "false"), (reply.Status, reply.Path, reply.Headers["x-should-retry"]));
        Assert.Null(await world.SkippedAsync(0));
    }

    [Fact]
    public async Task Chat_ThreeFailuresInARow_OpenTheCircuitAndNothingReachesTheDeployment()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        for (var i = 0; i < 3; i++)
            Assert.Equal("e0:malformed, e1:200", (await world.Router.Http.ChatAsync("count")).Path);
        Assert.Equal("e1:200", (await world.Router.Http.ChatAsync("after")).Path);
        Assert.Equal("CircuitOpen", await world.SkippedAsync(0));
        Assert.Equal(3, world.Endpoints[0].Counters.Total.Requests);
    }

    // A lone deployment of its tier gets its second attempt for what may be passing.
    private static string Expected(string label, string? skipped) =>
        skipped is null && label is ("500" or "529" or "408" or "503" or "reset") ? $"e0:{label}, e0:{label}, e1:200" : $"e0:{label}, e1:200";

    private static Action<System.Text.Json.Nodes.JsonObject> Limits(string limit) => catalog =>
    {
        catalog["models"]!["m"]!["firstTokenLimit"] = limit;
        catalog["models"]!["m"]!["answerLimit"] = limit;
    };

    private static Dictionary<string, string> Headers(string name, string value) => new() { [name] = value };
}
