#pragma warning disable OPENAI001 // The SDK marks its Responses client as experimental.
using System.ClientModel;
using LlmFunctions.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>The official OpenAI SDK for .NET, unmodified: only its base address is another.</summary>
public sealed class OpenAiSdkTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Chat_Whole_TextAndUsageAreIntact()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        ChatCompletion answer = await Client(world).GetChatClient("m").CompleteChatAsync([new UserChatMessage("Hello")]);
        Assert.Equal(await world.DirectAnswerAsync("Hello", 1), answer.Content[0].Text);
        Assert.True(answer.Usage.TotalTokenCount > 0);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("m-at-e1", answer.Model);
    }

    [Fact]
    public async Task Chat_Streamed_TextIsIntact()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in Client(world).GetChatClient("m").CompleteChatStreamingAsync([new UserChatMessage("Hello")]))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
        }

        Assert.Equal(await world.DirectAnswerAsync("Hello", 1), text);
        Assert.True(usage!.TotalTokenCount > 0);
    }

    [Fact]
    public async Task Embeddings_Vectors_AreIntact()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var answer = await Client(world).GetEmbeddingClient("m").GenerateEmbeddingsAsync(["one", "two"]);
        Assert.Equal(2, answer.Value.Count);
        Assert.True(answer.Value[0].ToFloats().Length > 0);
    }

    [Fact]
    public async Task Models_List_IsTheCatalog()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var models = await Client(world).GetOpenAIModelClient().GetModelsAsync();
        Assert.Equal(["claude", "m"], models.Value.Select(model => model.Id).Order());
    }

    [Fact]
    public async Task Responses_WholeThenRetrieved_ComesFromTheEndpointThatMadeIt()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var client = Client(world).GetResponsesClient();
        ResponseResult made = await client.CreateResponseAsync("m", "Hello");
        Assert.NotEqual("", made.GetOutputText());
        world.Endpoints[0].Faults.Clear();
        ResponseResult again = await client.GetResponseAsync(made.Id);
        Assert.Equal(made.GetOutputText(), again.GetOutputText());
    }

    [Fact]
    public async Task Responses_Streamed_IsCompleted()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var text = "";
        var isCompleted = false;
        await foreach (var update in await Client(world).GetResponsesClient().CreateResponseStreamingAsync("m", "Hello"))
        {
            text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            isCompleted |= update is StreamingResponseCompletedUpdate;
        }

        Assert.NotEqual("", text);
        Assert.True(isCompleted);
    }

    [Fact]
    public async Task Audio_Transcription_GoesThroughAsMultipart()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        using var sound = new MemoryStream(new byte[2000]);
        var answer = await Client(world).GetAudioClient("m").TranscribeAudioAsync(sound, "a.wav");
        Assert.NotEqual("", answer.Value.Text);
        Assert.Contains("m-at-e1", world.Endpoints[1].Counters.ForModel("m-at-e1").LastRequest!.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_UnknownModel_IsTheErrorTheSdkKnows()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var error = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(world).GetChatClient("nope").CompleteChatAsync([new UserChatMessage("Hello")]));
        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
    }

    private static OpenAIClient Client(RouterWorld world) =>
        new(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(world.Router.Address, "/v1") });
}
