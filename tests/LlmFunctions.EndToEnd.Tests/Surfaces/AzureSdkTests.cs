using System.ClientModel;
using Azure.AI.OpenAI;
using LlmFunctions.Testing;
using OpenAI;
using OpenAI.Chat;

namespace LlmFunctions.EndToEnd.Tests.Surfaces;

/// <summary>The official Azure OpenAI SDK for .NET, unmodified, and OpenAI's own at Azure's newer path; the first endpoint is broken.</summary>
public sealed class AzureSdkTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Chat_WholeAndStreamed_TextAndUsageAreIntact()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var client = Client(world).GetChatClient("m");
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 10 };
        ChatCompletion whole = await client.CompleteChatAsync([new UserChatMessage("Hello")], options);
        Assert.Equal((ChatFinishReason.Length, 10), (whole.FinishReason, whole.Usage.OutputTokenCount));
        Assert.StartsWith(whole.Content[0].Text, await world.DirectAnswerAsync("Hello", 1), StringComparison.Ordinal);

        var text = "";
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("Hello")], options))
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
        Assert.Equal(whole.Content[0].Text, text);
    }

    [Fact]
    public async Task Embeddings_Vectors_AreTheEndpoints()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var direct = new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(world.Endpoints[1].Address, "/v1") });
        var expected = await direct.GetEmbeddingClient("m").GenerateEmbeddingAsync("one");
        var got = await Client(world).GetEmbeddingClient("m").GenerateEmbeddingAsync("one");
        Assert.Equal(expected.Value.ToFloats().ToArray(), got.Value.ToFloats().ToArray());
    }

    [Fact]
    public async Task Images_Generated_AreTheEndpoints()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var image = await Client(world).GetImageClient("m").GenerateImageAsync("a cat");
        Assert.NotEmpty(image.Value.ImageBytes.ToArray());
    }

    [Fact]
    public async Task Audio_Transcription_GoesThroughAsMultipart()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        using var sound = new MemoryStream(new byte[2000]);
        var answer = await Client(world).GetAudioClient("m").TranscribeAudioAsync(sound, "a.wav");
        Assert.NotEqual("", answer.Value.Text);
    }

    [Fact]
    public async Task Chat_UnknownDeployment_IsAnErrorTheSdkKnows()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var error = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(world).GetChatClient("nope").CompleteChatAsync([new UserChatMessage("Hello")]));
        Assert.Equal(404, error.Status);
    }

    [Fact]
    public async Task Key_OfACaller_IsKnownByAzuresHeader()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0], settings: new Dictionary<string, string?>
        {
            ["Access:AllowAnonymous"] = "false",
            ["Access:CallerKeys:a"] = "env:KEY_OF_A",
            ["KEY_OF_A"] = "any",
        });
        ChatCompletion answer = await Client(world).GetChatClient("m").CompleteChatAsync([new UserChatMessage("Hello")]);
        Assert.Equal(await world.DirectAnswerAsync("Hello"), answer.Content[0].Text);
    }

    [Fact]
    public async Task OpenAiSdk_AtAzuresNewerPath_IsAnswered()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var client = new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(world.Router.Address, "/openai/v1/") });
        ChatCompletion answer = await client.GetChatClient("m").CompleteChatAsync([new UserChatMessage("Hello")]);
        Assert.Equal(await world.DirectAnswerAsync("Hello", 1), answer.Content[0].Text);
    }

    private static AzureOpenAIClient Client(RouterWorld world) => new(world.Router.Address, new ApiKeyCredential("any"));
}
