namespace LlmFunctions.Core.Tests.Catalog;

public sealed class AddressValidationTests
{
    [Theory]
    [InlineData("openai", "https://api.openai.com/v1", "https://api.openai.com/v1")]
    [InlineData("openai", "https://api.openai.com/v1//", "https://api.openai.com/v1")]
    [InlineData("openai", "https://gateway.example:8443/a%20b/openai/v1", "https://gateway.example:8443/a%20b/openai/v1")]
    [InlineData("openai", "https://f.services.ai.azure.com/models", "https://f.services.ai.azure.com/models")]
    [InlineData("azure-openai", "https://e.openai.azure.com", "https://e.openai.azure.com/")]
    [InlineData("azure-openai", "https://e.openai.azure.com/", "https://e.openai.azure.com/")]
    [InlineData("azure-openai", "https://e.openai.azure.com/openai", "https://e.openai.azure.com/")]
    [InlineData("azure-openai", "https://e.openai.azure.com/openai/v1/", "https://e.openai.azure.com/")]
    [InlineData("azure-openai", "https://apim.example/team/OpenAI/v1", "https://apim.example/team")]
    [InlineData("azure-deployments", "https://e.openai.azure.com/openai/deployments/", "https://e.openai.azure.com/")]
    [InlineData("azure-deployments", "https://e.openai.azure.com/openai", "https://e.openai.azure.com/")]
    [InlineData("anthropic", "https://api.anthropic.com/v1/", "https://api.anthropic.com/")]
    [InlineData("anthropic", "https://f.services.ai.azure.com/anthropic", "https://f.services.ai.azure.com/anthropic")]
    public void Parse_Address_IsNormalized(string kind, string address, string expected) =>
        Assert.Equal(expected, CatalogText.Config(CatalogText.WithEndpoint(Endpoint(kind, address, false))).Endpoints["east"].Address.AbsoluteUri);

    [Theory]
    [InlineData("openai", "", "must be an absolute https address")]
    [InlineData("openai", "api.openai.com", "must be an absolute https address")]
    [InlineData("openai", "/v1", "must be an absolute https address")]
    [InlineData("openai", "ftp://x.example", "must be an absolute https address")]
    [InlineData("openai", "https://", "must be an absolute https address")]
    [InlineData("openai", " https://x.example", "must be an absolute https address")]
    [InlineData("openai", "https://x.example\\\\y", "must be an absolute https address")]
    [InlineData("openai", "https://x.example/v1?key=1", "must not hold a query")]
    [InlineData("openai", "https://x.example/v1?", "must not hold a query")]
    [InlineData("openai", "https://x.example/v1#a", "must not hold a fragment")]
    [InlineData("openai", "https://user:pw@x.example/v1", "must not hold a user or password")]
    [InlineData("openai", "https://x.example/v1/chat/completions", "must not end in /chat/completions")]
    [InlineData("anthropic", "https://x.example/v1/messages/", "must not end in /messages")]
    [InlineData("azure-openai", "https://x.example/openai/v1/openai/v1", "holds /openai/ twice")]
    [InlineData("azure-openai", "https://x.example/openai/openai", "holds /openai/ twice")]
    [InlineData("azure-openai", "https://x.example/openai/deployments/gpt", "a deployment's name")]
    [InlineData("azure-deployments", "https://x.example/openai/deployments/gpt", "a deployment's name")]
    [InlineData("azure-deployments", "https://x.example/openai/v1", "another API's path")]
    public void Parse_WrongAddress_IsAnErrorWithoutItsValue(string kind, string address, string message)
    {
        var error = CatalogText.OnlyError(CatalogText.WithEndpoint(Endpoint(kind, address, false)));

        Assert.Equal("endpoints.east.address", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw@", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.255.255.254")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://172.16.0.1")]
    [InlineData("http://172.31.255.255")]
    [InlineData("http://192.168.1.1")]
    [InlineData("http://[::1]:8000")]
    [InlineData("http://[fd00::1]")]
    [InlineData("http://[::ffff:10.0.0.1]")]
    [InlineData("http://vllm:8000")]
    [InlineData("http://vllm.models.svc")]
    [InlineData("http://vllm.models.svc.cluster.local")]
    [InlineData("http://vllm.models.svc.cluster.local.:8000")]
    [InlineData("http://host.docker.internal")]
    public void Parse_HttpToAPrivateAddress_NeedsAllowInsecure(string address)
    {
        CatalogText.Config(CatalogText.WithEndpoint(Endpoint("openai", address, true)));
        var error = CatalogText.OnlyError(CatalogText.WithEndpoint(Endpoint("openai", address, false)));

        Assert.Equal("endpoints.east.address", error.Key);
        Assert.Contains("or \"allowInsecure\": true for this private address", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://api.openai.com")]
    [InlineData("http://8.8.8.8")]
    [InlineData("http://172.15.255.255")]
    [InlineData("http://172.32.0.1")]
    [InlineData("http://192.169.0.1")]
    [InlineData("http://11.0.0.1")]
    [InlineData("http://0.0.0.0")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[2001:db8::1]")]
    [InlineData("http://[::ffff:8.8.8.8]")]
    [InlineData("http://svc.example.com")]
    [InlineData("http://notlocalhost.example")]
    [InlineData("http://evilsvc.cluster.local")]
    public void Parse_HttpToAPublicAddress_IsAlwaysRefused(string address)
    {
        foreach (var allowInsecure in new[] { true, false })
        {
            var error = CatalogText.OnlyError(CatalogText.WithEndpoint(Endpoint("openai", address, allowInsecure)));

            Assert.Equal("endpoints.east.address", error.Key);
            Assert.Contains("only loopback, private ranges and names inside a cluster", error.Message, StringComparison.Ordinal);
        }
    }

    private static string Endpoint(string kind, string address, bool allowInsecure)
    {
        var version = kind == "azure-deployments" ? """, "apiVersion": "2024-10-21" """ : "";
        return $$"""{ "kind": "{{kind}}", "address": "{{address}}", "credential": "none", "allowInsecure": {{(allowInsecure ? "true" : "false")}}{{version}} }""";
    }
}
