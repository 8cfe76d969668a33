using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmFunctions.Simulator.Tests;

public sealed class AdmissionTests : EndpointTest
{
    protected override SimulatorOptions Options => new() { RequiredKey = "secret", Models = ["gpt-4o", "claude"] };

    [Theory]
    [InlineData("Authorization", "Bearer secret", HttpStatusCode.OK)]
    [InlineData("api-key", "secret", HttpStatusCode.OK)]
    [InlineData("x-api-key", "secret", HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("x-other", "secret", HttpStatusCode.Unauthorized)]
    public async Task Key_Required_IsAcceptedInAnyHeader(string header, string value, HttpStatusCode expected)
    {
        using var response = await Client.PostAsync("v1/chat/completions", SimulatorClient.Chat(), (header, value));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("v1/chat/completions", "code", "invalid_api_key")]
    [InlineData("openai/v1/chat/completions", "code", "401")]
    [InlineData("v1/messages", "type", "authentication_error")]
    public async Task Key_Missing_IsRefusedInTheApisShape(string path, string member, string expected)
    {
        using var response = await Client.PostAsync(path, SimulatorClient.Chat());

        Assert.Equal(expected, (string?)(await ErrorOf(response))[member]);
    }

    [Theory]
    [InlineData("v1/chat/completions", "code", "model_not_found")]
    [InlineData("openai/deployments/unknown/chat/completions", "code", "DeploymentNotFound")]
    [InlineData("v1/messages", "type", "not_found_error")]
    public async Task Model_Unknown_IsA404InTheApisShape(string path, string member, string expected)
    {
        using var response = await Client.PostAsync(path, SimulatorClient.Chat(model: "unknown"), ("api-key", "secret"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(expected, (string?)(await ErrorOf(response))[member]);
    }

    [Fact]
    public async Task Models_Limited_AreTheOnesListed()
    {
        var models = await Client.GetJsonAsync("v1/models", ("api-key", "secret"));

        Assert.Equal(["gpt-4o", "claude"], models["data"]!.AsArray().Select(model => (string?)model!["id"]));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    public async Task Body_UnreadableOrWithoutModel_IsA400(string body)
    {
        using var response = await Client.SendAsync(
            HttpMethod.Post, "v1/chat/completions", new StringContent(body, Encoding.UTF8, "application/json"), ("api-key", "secret"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static async Task<JsonNode> ErrorOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(SimulatorClient.Limit))!["error"]!;
}
