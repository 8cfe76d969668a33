using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>Each row of the outcome table before the commit point, for every API, streamed where it streams and not.</summary>
public sealed class EveryApiTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    public static TheoryData<string> Apis => [.. ApiCall.All.Keys];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Call_FirstDeploymentFails_FailsOverUnseen(string name)
    {
        var api = ApiCall.All[name];
        var rows = WithStreams(api, stream => OutcomeRow.Failures(api, stream));
        await using var world = await OutcomeWorld.StartAsync(azurite, api, rows);
        await Task.WhenAll(rows.Select(row => ExpectAsync(world, api, row.Row, row.Stream)));

        var skipped = await world.SkippedAsync();
        foreach (var (row, stream) in rows)
        {
            var model = OutcomeWorld.ModelOf(row, stream);
            Assert.Equal((model, row.Skipped, null), (model, skipped[$"{model}@e0"], skipped[$"{model}@e1"]));
        }

        output.WriteLine($"{name}: {rows.Count} rows, {world.World.Endpoints[0].Counters.Total.Requests} attempts at the broken endpoint");
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Call_CallersError_IsPassedOnAsItCameAfterOneAttempt(string name)
    {
        var api = ApiCall.All[name];
        var rows = WithStreams(api, _ => OutcomeRow.CallersErrors());
        await using var world = await OutcomeWorld.StartAsync(azurite, api, rows);
        foreach (var (row, stream) in rows)
        {
            var model = OutcomeWorld.ModelOf(row, stream);
            var reply = await world.AskAsync(model, stream);
            var direct = await world.AskDirectAsync(0, model, stream);
            Assert.Equal($"e0:{row.Label}", reply.Path);
            Assert.Equal((direct.Status, direct.Headers["Content-Type"]), (reply.Status, reply.Headers["Content-Type"]));
            Assert.Equal(WithoutId(direct.Body), WithoutId(reply.Body));
        }

        Assert.All(await world.SkippedAsync(), deployment => Assert.Null(deployment.Value));
        Assert.Equal(0, world.World.Endpoints[1].Counters.Total.Requests);
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Call_EndpointRefuses_FailsOverUnseen(string name)
    {
        var api = ApiCall.All[name];
        await using var world = await OutcomeWorld.StartAsync(azurite, api, []);
        await world.World.Endpoints[0].StopAsync();
        foreach (var stream in Streams(api))
        {
            var reply = await world.AskAsync("m", stream);
            Assert.Equal((200, "e0:refused, e1:200"), (reply.Status, reply.Path));
            Assert.Equal(await world.DirectTextAsync("m", stream), api.TextOf(reply));
        }
    }

    private static async Task ExpectAsync(OutcomeWorld world, ApiCall api, OutcomeRow row, bool stream)
    {
        var model = OutcomeWorld.ModelOf(row, stream);
        var reply = await world.AskAsync(model, stream);
        Assert.Equal((model, 200, row.Path), (model, reply.Status, reply.Path));
        Assert.Equal(stream, reply.IsStream);
        Assert.NotEqual("", api.TextOf(reply));
        Assert.Equal(await world.DirectTextAsync(model, stream), api.TextOf(reply));
    }

    private static List<(OutcomeRow Row, bool Stream)> WithStreams(ApiCall api, Func<bool, IEnumerable<OutcomeRow>> rows) =>
        [.. Streams(api).SelectMany(stream => rows(stream).Select(row => (row, stream)))];

    private static bool[] Streams(ApiCall api) => api.SaidInEvent is null ? [false] : [false, true];

    // Anthropic gives every error an id of its own.
    private static string WithoutId(string body)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        json.Remove("request_id");
        return json.ToJsonString();
    }
}
