using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class ApiPathTests
{
    [Theory]
    [InlineData("/v1/chat/completions", ApiSurface.OpenAi, ApiOperation.ChatCompletions, null)]
    [InlineData("/V1/Chat/Completions", ApiSurface.OpenAi, ApiOperation.ChatCompletions, null)]
    [InlineData("/openai/v1/responses", ApiSurface.AzureV1, ApiOperation.Responses, null)]
    [InlineData("/openai/deployments/gpt-4o/chat/completions", ApiSurface.AzureDeployments, ApiOperation.ChatCompletions, "gpt-4o")]
    [InlineData("/openai/deployments/my%20model/embeddings", ApiSurface.AzureDeployments, ApiOperation.Embeddings, "my model")]
    [InlineData("/v1/messages", ApiSurface.Anthropic, ApiOperation.Messages, null)]
    [InlineData("/v1/messages/count_tokens", ApiSurface.Anthropic, ApiOperation.CountTokens, null)]
    [InlineData("/v1/audio/speech", ApiSurface.OpenAi, ApiOperation.Speech, null)]
    public void TryParse_ServedPath_IsUnderstood(string path, ApiSurface surface, ApiOperation operation, string? model) =>
        Assert.Equal(new ApiPath(surface, operation, model), ApiPath.TryParse(path));

    [Theory]
    [InlineData("/v1/responses/resp_1", "resp_1", "responses/resp_1")]
    [InlineData("/v1/responses/resp_1/cancel", "resp_1", "responses/resp_1/cancel")]
    [InlineData("/openai/v1/responses/resp_1/input_items", "resp_1", "responses/resp_1/input_items")]
    public void TryParse_StoredAnswer_KeepsItsIdAndPath(string path, string id, string relative)
    {
        var parsed = ApiPath.TryParse(path)!;
        Assert.Equal(id, parsed.StoredId);
        Assert.Equal(relative, parsed.Relative);
    }

    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1/batches")]
    [InlineData("/v1/realtime")]
    [InlineData("/v1/responses/")]
    [InlineData("/v1/responses//x")]
    [InlineData("/v1/responses/x//y")]
    [InlineData("/v1/responses/x/../../files")]
    [InlineData("/v1/responses/x/%2e%2e/%2e%2e/files")]
    [InlineData("/v1/responses/x\\..\\..\\files")]
    [InlineData("/v1/responses/x?include=secrets")]
    [InlineData("/v1/responses/x%3Finclude")]
    [InlineData("/v1/responses/x#y")]
    [InlineData("/v1/responses/réponse")]
    [InlineData("/v2/chat/completions")]
    [InlineData("/openai/deployments//chat/completions")]
    [InlineData("/openai/deployments/gpt-4o/responses")]
    [InlineData("/")]
    [InlineData("")]
    public void TryParse_OtherPath_IsNotServed(string path) => Assert.Null(ApiPath.TryParse(path));

    [Theory]
    [InlineData(EndpointKind.OpenAi, "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions")]
    [InlineData(EndpointKind.AzureOpenAi, "https://east.openai.azure.com", "https://east.openai.azure.com/openai/v1/chat/completions")]
    [InlineData(EndpointKind.AzureDeployments, "https://east.openai.azure.com/", "https://east.openai.azure.com/openai/deployments/ptu%2F1/chat/completions")]
    public void AddressOf_EachKind_IsItsOwnPath(EndpointKind kind, string address, string expected)
    {
        var endpoint = new EndpointConfig { Name = "e", Kind = kind, Address = new Uri(address), Credential = new(CredentialKind.None) };
        Assert.Equal(expected, endpoint.AddressOf(KindPaths.Of(ApiOperation.ChatCompletions), "ptu/1"));
    }

    [Theory]
    [InlineData("", null, "")]
    [InlineData("?api-version=2024-02-01&x=1", "2024-10-21", "?x=1&api-version=2024-10-21")]
    [InlineData("?api-version=2024-02-01", null, "")]
    public void QueryOf_AzureEndpoint_HasTheEndpointsVersion(string query, string? version, string expected)
    {
        var endpoint = new EndpointConfig
        {
            Name = "e",
            Kind = EndpointKind.AzureOpenAi,
            Address = new Uri("https://x.openai.azure.com"),
            Credential = new(CredentialKind.None),
            ApiVersion = version,
        };
        Assert.Equal(expected, EndpointRequestFactory.QueryOf(query, endpoint));
    }
}
