using System.Text;

namespace LlmFunctions.Simulator.Tests;

public sealed class OtherApiTests : EndpointTest
{
    [Fact]
    public async Task Embeddings_Base64_IsTheSameVector()
    {
        var floats = await Client.PostForJsonAsync("v1/embeddings", new { model = "m", input = new[] { "a", "b" }, dimensions = 8 });
        var base64 = await Client.PostForJsonAsync("v1/embeddings", new { model = "m", input = new[] { "a", "b" }, dimensions = 8, encoding_format = "base64" });

        for (var i = 0; i < 2; i++)
        {
            var bytes = Convert.FromBase64String((string)base64["data"]![i]!["embedding"]!);
            var decoded = Enumerable.Range(0, 8).Select(index => BitConverter.ToSingle(bytes, index * 4));
            Assert.Equal(floats["data"]![i]!["embedding"]!.AsArray().Select(value => (float)value!), decoded);
        }
    }

    [Fact]
    public async Task Moderations_EachInput_HasItsResult()
    {
        var answer = await Client.PostForJsonAsync("v1/moderations", new { model = "m", input = new[] { "peace", "violence" } });

        Assert.False((bool)answer["results"]![0]!["flagged"]!);
        Assert.True((bool)answer["results"]![1]!["flagged"]!);
    }

    [Fact]
    public async Task ImageGenerations_Asked_GivesPictures()
    {
        var answer = await Client.PostForJsonAsync("v1/images/generations", new { model = "m", prompt = "a cat", n = 2 });

        Assert.Equal(2, answer["data"]!.AsArray().Count);
        Assert.Equal(0x89, Convert.FromBase64String((string)answer["data"]![0]!["b64_json"]!)[0]);
    }

    [Theory]
    [InlineData("v1/images/edits", "data")]
    [InlineData("v1/audio/transcriptions", "text")]
    [InlineData("v1/audio/translations", "text")]
    public async Task Multipart_ModelField_IsRead(string path, string member)
    {
        using var form = Form("m");
        using var response = await Client.SendAsync(HttpMethod.Post, path, form);

        var answer = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync(SimulatorClient.Limit))!;
        Assert.NotNull(answer[member]);
        Assert.Equal(1, Endpoint.Counters.ForModel("m").Completed);
        Assert.Equal(1, Endpoint.Counters.ForModel("m").Received["a prompt"]);
    }

    [Fact]
    public async Task Transcriptions_AsText_IsPlain()
    {
        using var form = Form("m");
        form.Add(new StringContent("text"), "response_format");
        using var response = await Client.SendAsync(HttpMethod.Post, "v1/audio/transcriptions", form);

        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Transcriptions_Streamed_SayWhatTheySayWhole()
    {
        using var form = Form("m");
        using var whole = await Client.SendAsync(HttpMethod.Post, "v1/audio/transcriptions", form);
        using var streamForm = Form("m");
        streamForm.Add(new StringContent("true"), "stream");
        using var response = await Client.SendAsync(HttpMethod.Post, "v1/audio/transcriptions", streamForm);

        var streamed = await ReceivedStream.ReadAsync(response, SimulatorClient.Limit);
        var text = string.Concat(streamed.Json.Select(item => (string?)item["delta"]));
        Assert.Equal(text, (string?)streamed.Json[^1]["text"]);
        Assert.Contains(text, await whole.Content.ReadAsStringAsync(SimulatorClient.Limit));
    }

    [Fact]
    public async Task AzureChat_Streamed_BeginsWithoutChoices()
    {
        var streamed = await Client.PostForEventsAsync("openai/v1/chat/completions", SimulatorClient.Chat(stream: true));

        Assert.Empty(streamed.Json[0]["choices"]!.AsArray());
        Assert.Equal(24, streamed.ChatTokens);
    }

    [Fact]
    public async Task Speech_Asked_IsBinary()
    {
        using var response = await Client.PostAsync("v1/audio/speech", new { model = "m", input = "Hello", voice = "alloy" });

        Assert.Equal("audio/mpeg", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(1024, (await response.Content.ReadAsByteArrayAsync(SimulatorClient.Limit)).Length);
    }

    [Theory]
    [InlineData("openai/v1/chat/completions")]
    [InlineData("openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")]
    public async Task Azure_Chat_AnswersLikeOpenAI(string path)
    {
        var openAI = await Client.PostForJsonAsync("v1/chat/completions", SimulatorClient.Chat());
        var azure = await Client.PostForJsonAsync(path, SimulatorClient.Chat());

        Assert.Equal(openAI["choices"]!.ToJsonString(), azure["choices"]!.ToJsonString());
        Assert.Equal(2, Endpoint.Counters.ForModel("gpt-4o").ByOperation["chat/completions"]);
    }

    [Fact]
    public async Task AzureDeployment_NoModelInTheBody_TakesItFromThePath()
    {
        var answer = await Client.PostForJsonAsync("openai/deployments/my-embeddings/embeddings?api-version=2024-10-21", new { input = "a" });

        Assert.Equal("my-embeddings", (string?)answer["model"]);
    }

    [Theory]
    [InlineData("v1/models")]
    [InlineData("openai/models?api-version=2024-10-21")]
    [InlineData("openai/v1/models")]
    public async Task Models_Asked_AreListedAndCountedAsProbes(string path)
    {
        var models = await Client.GetJsonAsync(path);
        var health = await Client.GetJsonAsync("health");

        Assert.Equal("list", (string?)models["object"]);
        Assert.Equal("ok", (string?)health["status"]);
        Assert.Equal(2, Endpoint.Counters.Probes);
        Assert.Equal(0, Endpoint.Counters.Total.Requests);
    }

    [Fact]
    public async Task Model_Asked_IsGiven() =>
        Assert.Equal("gpt-4o", (string?)(await Client.GetJsonAsync("v1/models/gpt-4o"))["id"]);

    [Fact]
    public async Task AnyAnswer_Always_NamesTheEndpoint()
    {
        using var sound = await Client.PostAsync("v1/chat/completions", SimulatorClient.Chat());
        using var unknown = await Client.GetAsync("v1/files");

        Assert.Equal("east", Assert.Single(sound.Headers.GetValues("x-simulated-endpoint")));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static MultipartFormDataContent Form(string model) => new()
    {
        { new StringContent(model), "model" },
        { new StringContent("a prompt"), "prompt" },
        { new ByteArrayContent(Encoding.UTF8.GetBytes("RIFF")), "file", "speech.wav" },
    };
}
