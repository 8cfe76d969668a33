#pragma warning disable OPENAI001 // The SDK marks its Responses client as experimental.
using System.ClientModel;
using Anthropic;
using Anthropic.Models.Messages;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>The official SDKs read a stream that one deployment began and another finished, in chunks of its own, as if it were one.</summary>
public sealed class SplicedSdkTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Chat_Spliced_IsWholeForTheOpenAiSdk()
    {
        await using var world = await StartAsync();
        var (text, usage, finish) = ("", (ChatTokenUsage?)null, (ChatFinishReason?)null);
        var ids = new HashSet<string>();
        await foreach (var update in OpenAi(world).GetChatClient("m").CompleteChatStreamingAsync([new UserChatMessage("Hello")]))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            (usage, finish) = (update.Usage ?? usage, update.FinishReason ?? finish);
            ids.Add(update.CompletionId);
        }

        Assert.Equal(await world.DirectAnswerAsync("Hello", 1), text);
        Assert.Equal((24, ChatFinishReason.Stop), (usage!.OutputTokenCount, finish));
        Assert.Single(ids);
    }

    [Fact]
    public async Task Responses_Spliced_IsWholeForTheOpenAiSdk()
    {
        await using var world = await StartAsync();
        var (text, completed, sequence) = ("", (ResponseResult?)null, -1);
        var items = new HashSet<string>();
        await foreach (var update in await OpenAi(world).GetResponsesClient().CreateResponseStreamingAsync("m", "Hello"))
        {
            Assert.Equal(++sequence, update.SequenceNumber);
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
            {
                text += delta.Delta;
                items.Add(delta.ItemId);
            }

            completed = (update as StreamingResponseCompletedUpdate)?.Response ?? completed;
        }

        Assert.Equal(await world.DirectAnswerAsync("Hello", 1), text);
        Assert.Equal(text, completed!.GetOutputText());
        Assert.Equal(Assert.Single(items), Assert.Single(completed.OutputItems).Id);
    }

    [Fact]
    public async Task Messages_Spliced_IsWholeForTheAnthropicSdk()
    {
        await using var world = await StartAsync();
        var client = new AnthropicClient { BaseUrl = world.Router.Address.AbsoluteUri.TrimEnd('/'), ApiKey = "any" };
        var (text, stops) = ("", 0);
        await foreach (var part in client.Messages.CreateStreaming(new() { Model = "claude", MaxTokens = 50, Messages = [new UserMessageParam("Hello")] }))
        {
            if (part.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var words))
                text += words.Text;
            stops += part.TryPickStop(out _) ? 1 : 0;
        }

        Assert.Equal(await world.DirectAnswerAsync("Hello", 1), text);
        Assert.Equal(1, stops);
    }

    private async Task<RouterWorld> StartAsync()
    {
        var world = await SdkWorld.StartAsync(azurite, isBroken: false);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 7 });
        world.Endpoints[1].Settings.TokensPerEvent = 5;
        return world;
    }

    private static OpenAIClient OpenAi(RouterWorld world) =>
        new(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(world.Router.Address, "/v1") });
}
