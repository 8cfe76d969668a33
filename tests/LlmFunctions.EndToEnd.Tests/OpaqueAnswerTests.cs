using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LlmFunctions.EndToEnd.Tests.Fallback;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Answers that are neither JSON nor events, such as sound, and bodies whose properties mean something else elsewhere.</summary>
public sealed class OpaqueAnswerTests(AzuriteFixture azurite)
{
    private const string Speech = """{"model":"m","input":"say this","voice":"alloy"}""";
    private static readonly int[] Two = [0, 1];

    [Theory]
    [InlineData(FaultKind.Stall)]
    [InlineData(FaultKind.Cut)]
    public async Task Speech_BreaksInItsMiddle_TheCallerSeesTheCut(FaultKind kind)
    {
        await using var world = await RouterWorld.StartAsync(azurite, Two, ShortSilence);
        world.Endpoints[0].Faults.Add(new() { Kind = kind, AfterTokens = 5 });
        // The reset may overtake even the headers.
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var response = await SpeakAsync(world);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await response.Content.ReadAsByteArrayAsync();
        });
    }

    [Theory]
    [InlineData(FaultKind.Stall)]
    [InlineData(FaultKind.Cut)]
    public async Task Speech_QueuedAndBreaksInItsMiddle_IsWholeFromTheNextEndpoint(FaultKind kind)
    {
        await using var world = await QueueWorld.StartAsync(azurite, document => ShortSilence(document), endpoints: 2);
        world.Endpoints[0].Faults.Add(new() { Kind = kind, AfterTokens = 5 });
        using var accepted = await SpeakAsync(world, ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var location = accepted.Headers.Location!.OriginalString;
        await world.Router.Http.UntilAsync(location, "succeeded");
        var answer = await world.Router.Http.GetByteArrayAsync(new Uri($"{location}/response", UriKind.Relative));
        world.Endpoints[0].Faults.Clear();
        using var sound = await SpeakAsync(world);
        Assert.Equal(await sound.Content.ReadAsByteArrayAsync(), answer);
    }

    [Fact]
    public async Task Image_WithABackground_IsNoBackgroundResponse()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Two);
        using var response = await PostAsync(world, "/v1/images/generations", """{"model":"m","prompt":"a cat","background":"transparent"}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("transparent", world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_WithBackgroundAndNothingAvailable_IsTakenAsAChat()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        using var response = await PostAsync(world, "/v1/chat/completions", """{"model":"m","background":true,"messages":[]}""", ("Prefer", "wait=0"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.NotNull(response.Headers.Location);
    }

    private static void ShortSilence(JsonObject document) => document["models"]!["m"]!["idleLimit"] = "00:00:00.5";

    private static Task<HttpResponseMessage> SpeakAsync(RouterWorld world, params (string Name, string Value)[] headers) =>
        PostAsync(world, "/v1/audio/speech", Speech, headers);

    private static async Task<HttpResponseMessage> PostAsync(RouterWorld world, string path, string body, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            message.Headers.Add(name, value);
        return await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }
}
