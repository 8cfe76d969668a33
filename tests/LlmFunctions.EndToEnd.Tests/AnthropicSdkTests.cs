using Anthropic;
using Anthropic.Models.Messages;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>The official Anthropic SDK for .NET, unmodified.</summary>
public sealed class AnthropicSdkTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Messages_Whole_TextAndUsageAreIntact()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var answer = await Client(world).Messages.Create(Parameters());
        Assert.True(answer.Content[0].TryPickText(out var text));
        Assert.NotEqual("", text.Text);
        Assert.True(answer.Usage.OutputTokens > 0);
    }

    [Fact]
    public async Task Messages_Streamed_TextIsThatOfTheWholeAnswer()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var text = "";
        await foreach (var part in Client(world).Messages.CreateStreaming(Parameters()))
        {
            if (part.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var words))
                text += words.Text;
        }

        var whole = await Client(world).Messages.Create(Parameters());
        Assert.True(whole.Content[0].TryPickText(out var expected));
        Assert.Equal(expected.Text, text);
    }

    [Fact]
    public async Task Messages_CountTokens_IsAnswered()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var count = await Client(world).Messages.CountTokens(new() { Model = "claude", Messages = [new UserMessageParam("Hello")] });
        Assert.True(count.InputTokens > 0);
    }

    [Fact]
    public async Task Models_List_IsTheCatalog()
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        var models = await Client(world).Models.List();
        Assert.Equal(["claude", "m"], models.Items.Select(model => model.ID).Order());
    }

    private static AnthropicClient Client(RouterWorld world) => new() { BaseUrl = world.Router.Address.AbsoluteUri.TrimEnd('/'), ApiKey = "any" };

    private static MessageCreateParams Parameters() => new()
    {
        Model = "claude",
        MaxTokens = 50,
        Messages = [new UserMessageParam("Hello")],
    };
}
