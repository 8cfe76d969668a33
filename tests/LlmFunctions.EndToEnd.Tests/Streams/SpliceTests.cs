using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>What goes with a stream that another deployment finishes.</summary>
public sealed class SpliceTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Chat_FinisherBreaksToo_TheNextOneFinishes()
    {
        await using var world = await StartAsync(3);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 3 });
        world.Endpoints[1].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 15 });
        var reply = await world.Router.Http.ChatAsync("three", stream: true);
        Assert.Equal(await world.DirectAnswerAsync("three", 2), reply.Text);
        Assert.EndsWith("data: [DONE]\n\n", reply.Body, StringComparison.Ordinal);
        Assert.Equal([1L, 1L, 1L], world.Endpoints.Select(one => one.Counters.ForModel($"m-at-{one.Name}").Requests));
    }

    [Fact]
    public async Task Chat_FinisherBreaksWhileItRepeats_TheNextOneFinishes()
    {
        await using var world = await StartAsync(3);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 15 });
        world.Endpoints[1].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 3 });
        var reply = await world.Router.Http.ChatAsync("three again", stream: true);
        Assert.Equal(await world.DirectAnswerAsync("three again", 2), reply.Text);
        Assert.EndsWith("data: [DONE]\n\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_SecondDeploymentSilent_TheThirdFinishesAfterTheFirstTokenLimit()
    {
        await using var world = await StartAsync(3, "00:00:01");
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        world.Endpoints[1].Faults.Add(new() { Kind = FaultKind.Hang });
        var watch = Stopwatch.StartNew();
        var reply = await world.Router.Http.ChatAsync("silent", stream: true);
        TestContext.Current.TestOutputHelper!.WriteLine($"finished after {watch.Elapsed} (limit 1 s)");
        Assert.Equal(await world.DirectAnswerAsync("silent", 2), reply.Text);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Chat_LoneDeploymentBreaks_IsNotAskedAgain()
    {
        await using var world = await StartAsync(1);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var reply = await world.Router.Http.ChatAsync("alone", stream: true);
        Assert.Contains("stream_cut", reply.Body, StringComparison.Ordinal);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task Chat_OtherChunking_IsCutAtTheBoundaryAndNamesAreTheFirstUsageTheFinishers()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 7 });
        world.Endpoints[1].Settings.TokensPerEvent = 5;
        using var message = Chats.Message("chunks", stream: true);
        var body = Chats.Body("chunks", stream: true);
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        message.Content = System.Net.Http.Json.JsonContent.Create(body);
        using var response = await world.Router.Http.SendAsync(message);
        var reply = await ChatReply.ReadAsync(response);

        var chunks = StreamEvents.Read(reply.Body).Select(StreamEvents.DataOf).Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!).ToList();
        Assert.Equal(await world.DirectAnswerAsync("chunks", 1), reply.Text);
        Assert.Single(chunks.Select(chunk => chunk["id"]!.GetValue<string>()).Distinct());
        Assert.Single(chunks.Select(chunk => chunk["created"]!.GetValue<long>()).Distinct());
        Assert.Equal(["m-at-e0", "m-at-e1"], chunks.Select(chunk => chunk["model"]!.GetValue<string>()).Distinct());
        // The role and 7 tokens one by one, then 3 of the chunk across the boundary, 5, 5 and 4, the finish and the usage.
        Assert.Equal(8 + 4 + 2, chunks.Count);
        Assert.Equal(24, chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Equal("e0", reply.Endpoint);
    }

    [Fact]
    public async Task Chat_BreaksLongAfterTheDeadline_IsStillFinished()
    {
        await using var world = await StartAsync(2);
        // The first request of a process may take its time; this one's deadline is short.
        Assert.Equal(200, (await world.Router.Http.ChatAsync("warm", stream: true)).Status);
        world.Endpoints[0].Settings.TokensPerSecond = 8;
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 20 });
        world.Endpoints[1].Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(300);
        var reply = await world.Router.Http.ChatAsync("late", stream: true, ("x-llm-timeout", "2"));
        Assert.Equal(await world.DirectAnswerAsync("late", 1), reply.Text);
        Assert.EndsWith("data: [DONE]\n\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_FinisherIsSlow_TheCallerSeesSignsOfLife()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        world.Endpoints[1].Settings.FirstTokenDelay = TimeSpan.FromSeconds(6);
        var reply = await world.Router.Http.ChatAsync("signs", stream: true);
        Assert.Equal(await world.DirectAnswerAsync("signs", 1), reply.Text);
        Assert.Contains("\n\n: another endpoint is asked to go on\n\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_CallerLeavesWhileAnotherIsAsked_CancelsThatAttemptToo()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        world.Endpoints[1].Settings.FirstTokenDelay = TimeSpan.FromSeconds(60);
        using (var response = await world.Router.Http.SendAsync(Chats.Message("leave", stream: true), HttpCompletionOption.ResponseHeadersRead))
            await Eventually.IsTrueAsync(() => world.Endpoints[1].Counters.Total.InFlight == 1, Patience);
        await Eventually.IsTrueAsync(() => world.Endpoints[1].Counters.Total.Aborted == 1, Patience);
        Assert.Null(await world.SkippedAsync(1));
    }

    [Fact]
    public async Task Chat_EveryStreamBreaks_OpensTheCircuitThoughEveryCallerWasServed()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ErrorEvent, AfterTokens = 5 });
        for (var i = 0; i < 6; i++)
        {
            var reply = await world.Router.Http.ChatAsync($"served {i}", stream: true);
            Assert.Equal(await world.DirectAnswerAsync($"served {i}", 1), reply.Text);
        }

        Assert.Equal("CircuitOpen", await world.SkippedAsync(0));
        Assert.Null(await world.SkippedAsync(1));
    }

    [Fact]
    public async Task Chat_ContentFilterInTheMiddle_IsPassedOnAndBlamedOnNobody()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ErrorEvent, AfterTokens = 5, Code = "content_filter" });
        for (var i = 0; i < 4; i++)
            Assert.Contains("content_filter", (await world.Router.Http.ChatAsync("filtered", stream: true)).Body, StringComparison.Ordinal);
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
        Assert.Null(await world.SkippedAsync(0));
    }

    [Fact]
    public async Task Chat_IdempotencyKey_TwinsGetTheSplicedStream()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var first = await world.Router.Http.ChatAsync("kept", stream: true, ("Idempotency-Key", "k"));
        var twin = await world.Router.Http.ChatAsync("kept", stream: true, ("Idempotency-Key", "k"));
        Assert.Equal(await world.DirectAnswerAsync("kept", 1), first.Text);
        Assert.Equal(first.Body, twin.Body);
        Assert.Equal([1L, 1L], world.Endpoints.Select(one => one.Counters.ForModel($"m-at-{one.Name}").Requests));
    }

    [Fact]
    public async Task Decision_AfterTheStream_HoldsTheBreakAndTheAttemptThatWentOn()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var body = System.Text.Encoding.UTF8.GetBytes(Chats.Body("decide", stream: true).ToJsonString());
        var result = await world.Router.Services.GetRequiredService<RequestRouter>().RouteAsync(
            new()
            {
                Id = "req_1",
                Owner = "tests",
                Path = "/v1/chat/completions",
                Header = _ => null,
                Call = new() { Method = HttpMethod.Post, Path = ApiPath.TryParse("/v1/chat/completions")!, Model = "m", Body = JsonBodyReader.Read(body, "application/json") },
            },
            CancellationToken.None);
        var answered = Assert.IsType<RouterResult.Answered>(result);
        Assert.Equal(["200"], answered.Decision!.Attempts.Select(attempt => attempt.Outcome));
        await using (answered.Answer)
        {
            await foreach (var chunk in answered.Answer.Chunks!)
                Assert.False(chunk.IsEmpty);
        }

        Assert.False(answered.Answer.IsBroken);
        Assert.Equal([("e0", "200", "stream_cut"), ("e1", "200", null)], answered.Decision!.Attempts.Select(one => (one.Deployment.Endpoint, one.Outcome, one.Broke)));
    }

    [Fact]
    public async Task Responses_SplicedStream_IsFoundAndFollowedUnderTheIdTheCallerKnows()
    {
        await using var world = await StartAsync(2);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5, Times = 1 });
        var events = await PostAsync(world, """{"model":"m","stream":true,"input":"first"}""");
        var id = JsonNode.Parse(StreamEvents.DataOf(events[0]))!["response"]!["id"]!.GetValue<string>();
        Assert.Equal(id, JsonNode.Parse(StreamEvents.DataOf(events[^1]))!["response"]!["id"]!.GetValue<string>());

        var kept = JsonNode.Parse(await world.Router.Http.GetStringAsync(new Uri($"/v1/responses/{id}", UriKind.Relative)))!;
        Assert.Equal("completed", kept["status"]!.GetValue<string>());
        Assert.Equal("m-at-e1", kept["model"]!.GetValue<string>());
        var next = await PostAsync(world, $$"""{"model":"m","stream":true,"previous_response_id":"{{id}}","input":"second"}""");
        Assert.Contains("\"response.completed\"", next[^1], StringComparison.Ordinal);
        Assert.Equal(2, world.Endpoints[1].Counters.ForModel("m-at-e1").Requests);
    }

    private Task<RouterWorld> StartAsync(int endpoints, string firstTokenLimit = "00:00:10") => RouterWorld.StartAsync(
        azurite, [.. Enumerable.Range(0, endpoints)], catalog => catalog["models"]!["m"]!["firstTokenLimit"] = firstTokenLimit);

    private static async Task<string[]> PostAsync(RouterWorld world, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/responses", content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return StreamEvents.Read(text);
    }
}
