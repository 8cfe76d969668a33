#pragma warning disable OPENAI001 // The SDK marks its Responses client as experimental.
using System.ClientModel;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using LlmFunctions.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace LlmFunctions.EndToEnd.Tests.Surfaces;

/// <summary>An SDK reads through the router exactly what it reads at the endpoint: texts, tool calls with their arguments, usage, how it ended. The
/// router's first endpoint is broken, so that every call fails over to the one that is asked directly.</summary>
public sealed class SdkParityTests(AzuriteFixture azurite)
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}}}""";

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task OpenAiChat_ThroughTheRouter_IsWhatTheEndpointGives(bool stream, bool callsTool)
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        Task<SdkAnswer> Ask(Uri at) => stream ? StreamChatAsync(OpenAi(at).GetChatClient("m"), callsTool) : ChatAsync(OpenAi(at).GetChatClient("m"), callsTool);
        await ExpectSameAsync(world, Ask, callsTool);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task OpenAiResponses_ThroughTheRouter_AreWhatTheEndpointGives(bool stream, bool callsTool)
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        await ExpectSameAsync(world, at => ResponseAsync(OpenAi(at).GetResponsesClient(), stream, callsTool), callsTool);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task AnthropicMessages_ThroughTheRouter_AreWhatTheEndpointGives(bool stream, bool callsTool)
    {
        await using var world = await SdkWorld.StartAsync(azurite);
        Task<SdkAnswer> Ask(Uri at) => stream ? StreamMessageAsync(Claude(at), callsTool) : MessageAsync(Claude(at), callsTool);
        await ExpectSameAsync(world, Ask, callsTool);
    }

    private static async Task ExpectSameAsync(RouterWorld world, Func<Uri, Task<SdkAnswer>> ask, bool callsTool)
    {
        var (through, direct) = (await ask(world.Router.Address), await ask(world.Endpoints[1].Address));
        Assert.Equal(direct, through);
        Assert.Equal(callsTool ? "weather" : "", through.Tool);
        Assert.NotEqual("", callsTool ? through.Arguments : through.Text);
        Assert.True(through is { InputTokens: > 0, OutputTokens: > 0 }, through.ToString());
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
    }

    private static OpenAIClient OpenAi(Uri at) => new(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(at, "/v1") });

    private static AnthropicClient Claude(Uri at) => new() { BaseUrl = at.AbsoluteUri.TrimEnd('/'), ApiKey = "any" };

    private static ChatCompletionOptions ChatOptions(bool callsTool) => !callsTool ? new() : new()
    {
        Tools = { ChatTool.CreateFunctionTool("weather", "The weather", BinaryData.FromString(Schema)) },
        ToolChoice = ChatToolChoice.CreateRequiredChoice(),
    };

    private static async Task<SdkAnswer> ChatAsync(ChatClient client, bool callsTool)
    {
        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage("Hello")], ChatOptions(callsTool));
        return new(
            string.Concat(answer.Content.Select(part => part.Text)),
            string.Concat(answer.ToolCalls.Select(call => call.FunctionName)),
            string.Concat(answer.ToolCalls.Select(call => call.FunctionArguments.ToString())),
            answer.FinishReason.ToString(),
            answer.Usage.InputTokenCount,
            answer.Usage.OutputTokenCount);
    }

    private static async Task<SdkAnswer> StreamChatAsync(ChatClient client, bool callsTool)
    {
        var got = new SdkAnswer("", "", "", "", 0, 0);
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("Hello")], ChatOptions(callsTool)))
        {
            got = got with
            {
                Text = got.Text + string.Concat(update.ContentUpdate.Select(part => part.Text)),
                Tool = got.Tool + string.Concat(update.ToolCallUpdates.Select(call => call.FunctionName)),
                Arguments = got.Arguments + string.Concat(update.ToolCallUpdates.Select(call => call.FunctionArgumentsUpdate?.ToString())),
                End = update.FinishReason?.ToString() ?? got.End,
                InputTokens = update.Usage?.InputTokenCount ?? got.InputTokens,
                OutputTokens = update.Usage?.OutputTokenCount ?? got.OutputTokens,
            };
        }

        return got;
    }

    private static async Task<SdkAnswer> ResponseAsync(ResponsesClient client, bool stream, bool callsTool)
    {
        var options = new CreateResponseOptions("m", [ResponseItem.CreateUserMessageItem("Hello")]);
        if (callsTool)
        {
            options.Tools.Add(ResponseTool.CreateFunctionTool("weather", BinaryData.FromString(Schema), strictModeEnabled: false));
            options.ToolChoice = ResponseToolChoice.CreateRequiredChoice();
        }

        if (!stream)
            return Read(await client.CreateResponseAsync(options), "", "");
        var (text, arguments, end) = ("", "", (ResponseResult?)null);
        options.StreamingEnabled = true;
        await foreach (var update in await client.CreateResponseStreamingAsync(options))
        {
            text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            arguments += update is StreamingResponseFunctionCallArgumentsDeltaUpdate part ? part.Delta.ToString() : "";
            end = update is StreamingResponseCompletedUpdate completed ? completed.Response : end;
        }

        var got = Read(end!, "streamed: ", "streamed: ");
        Assert.Equal((got.Text, got.Arguments), ($"streamed: {text}", $"streamed: {arguments}"));
        return got;
    }

    private static SdkAnswer Read(ResponseResult answer, string text, string arguments)
    {
        var calls = answer.OutputItems.OfType<FunctionCallResponseItem>().ToList();
        return new(
            text + answer.GetOutputText(),
            string.Concat(calls.Select(call => call.FunctionName)),
            arguments + string.Concat(calls.Select(call => call.FunctionArguments.ToString())),
            answer.Status.ToString()!,
            answer.Usage.InputTokenCount,
            answer.Usage.OutputTokenCount);
    }

    private static MessageCreateParams Parameters(bool callsTool)
    {
        var parameters = new MessageCreateParams { Model = "claude", MaxTokens = 50, Messages = [new UserMessageParam("Hello")] };
        var city = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("""{"type":"string"}""") };
        return !callsTool ? parameters : parameters with
        {
            Tools = [new ToolUnion(new Tool { Name = "weather", InputSchema = new() { Properties = city } })],
            ToolChoice = new(new ToolChoiceAny()),
        };
    }

    private static async Task<SdkAnswer> MessageAsync(AnthropicClient client, bool callsTool)
    {
        var answer = await client.Messages.Create(Parameters(callsTool));
        var got = new SdkAnswer("", "", "", answer.StopReason!.Raw(), answer.Usage.InputTokens, answer.Usage.OutputTokens);
        foreach (var block in answer.Content)
        {
            if (block.TryPickText(out var text))
                got = got with { Text = got.Text + text.Text };
            if (block.TryPickToolUse(out var tool))
                got = got with { Tool = tool.Name, Arguments = JsonSerializer.Serialize(tool.Input) };
        }

        return got;
    }

    private static async Task<SdkAnswer> StreamMessageAsync(AnthropicClient client, bool callsTool)
    {
        var got = new SdkAnswer("", "", "", "", 0, 0);
        await foreach (var part in client.Messages.CreateStreaming(Parameters(callsTool)))
        {
            if (part.TryPickStart(out var start))
                got = got with { InputTokens = start.Message.Usage.InputTokens };
            if (part.TryPickContentBlockStart(out var block) && block.ContentBlock.TryPickToolUse(out var tool))
                got = got with { Tool = got.Tool + tool.Name };
            if (part.TryPickContentBlockDelta(out var delta))
            {
                got = delta.Delta.TryPickText(out var text) ? got with { Text = got.Text + text.Text }
                    : delta.Delta.TryPickInputJson(out var json) ? got with { Arguments = got.Arguments + json.PartialJson } : got;
            }

            if (part.TryPickDelta(out var end))
                got = got with { End = end.Delta.StopReason!.Raw(), OutputTokens = end.Usage.OutputTokens };
        }

        return got;
    }
}
