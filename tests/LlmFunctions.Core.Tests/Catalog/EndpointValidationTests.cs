using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class EndpointValidationTests
{
    private const string Known = """ "kind": "openai", "address": "https://api.openai.com/v1", "credential": "env:KEY" """;

    [Theory]
    [InlineData("""{ "address": "https://x.example", "credential": "none" }""", "kind", "is missing; write openai | azure-openai | azure-deployments | anthropic")]
    [InlineData("""{ "kind": "azure-opnai", "address": "https://x.example", "credential": "none" }""", "kind", "did you mean 'azure-openai'?")]
    [InlineData("""{ "kind": "gemini", "address": "https://x.example", "credential": "none" }""", "kind", "must be openai | azure-openai | azure-deployments | anthropic.")]
    [InlineData("""{ "kind": 3, "address": "https://x.example", "credential": "none" }""", "kind", "must be a text, not a number.")]
    [InlineData("""{ "kind": null, "address": "https://x.example", "credential": "none" }""", "kind", "must be a text, not null; leave the key out instead.")]
    [InlineData("""{ "kind": "openai", "credential": "none" }""", "address", "is missing")]
    [InlineData("""{ "kind": "openai", "address": ["https://x"], "credential": "none" }""", "address", "must be a text, not a list.")]
    [InlineData("{" + Known + """, "allowInsecure": "yes" }""", "allowInsecure", "must be true or false, not a text.")]
    [InlineData("{" + Known + """, "adress": "x" }""", "adress", "is no known key; did you mean 'address'?")]
    [InlineData("{" + Known + """, "region": "x" }""", "region", "is no known key.")]
    [InlineData("{" + Known + """, "probe": null }""", "probe", "must be an object, not null; leave the key out instead.")]
    [InlineData("{" + Known + """, "apiVersion": "2024" }""", "apiVersion", "has no meaning for kind openai")]
    [InlineData("""{ "kind": "azure-deployments", "address": "https://x.example", "credential": "none" }""", "apiVersion", "is missing; azure-deployments needs one")]
    [InlineData("""{ "kind": "azure-openai", "address": "https://x.example", "credential": "none", "apiVersion": "a&b" }""", "apiVersion", "must be a version such as")]
    public void Parse_WrongEndpoint_NamesTheKey(string endpoint, string key, string message)
    {
        var error = CatalogText.OnlyError(CatalogText.WithEndpoint(endpoint));

        Assert.Equal($"endpoints.east.{key}", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@b")]
    [InlineData("a b")]
    [InlineData("ö")]
    [InlineData("a\\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Parse_WrongEndpointName_IsAnError(string name) =>
        Assert.StartsWith("is no name for an endpoint", CatalogText.OnlyError(CatalogText.WithEndpoint(CatalogText.Endpoint, name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a")]
    [InlineData("East-2.eu_1")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Parse_EndpointName_IsKept(string name) =>
        Assert.Equal(name, CatalogText.Config(CatalogText.WithEndpoint(CatalogText.Endpoint, name)).Endpoints[name].Name);

    [Theory]
    [InlineData("azure-deployments", "2024-10-21")]
    [InlineData("azure-openai", "preview")]
    [InlineData("anthropic", "2023-06-01")]
    public void Parse_ApiVersion_IsKept(string kind, string version)
    {
        var endpoint = $$"""{ "kind": "{{kind}}", "address": "https://x.example", "credential": "none", "apiVersion": "{{version}}" }""";

        Assert.Equal(version, CatalogText.Config(CatalogText.WithEndpoint(endpoint)).Endpoints["east"].ApiVersion);
    }

    [Theory]
    [InlineData("sk-proj-Secret123")]
    [InlineData("env:sk-proj-Secret123")]
    [InlineData("env:")]
    [InlineData("env:MY KEY")]
    [InlineData("Secret123Secret123Secret123")]
    [InlineData("entra:Secret123")]
    [InlineData("entra:")]
    [InlineData("ENTRA")]
    [InlineData("")]
    public void Parse_WrongCredential_IsAnErrorWithoutItsValue(string credential)
    {
        var error = CatalogText.OnlyError(CatalogText.WithEndpoint(
            $$"""{ "kind": "openai", "address": "https://x.example", "credential": "{{credential}}" }"""));

        Assert.Equal("endpoints.east.credential", error.Key);
        Assert.DoesNotContain("Secret123", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LiteralKey_SaysToUseASetting() =>
        Assert.Contains(
            "keys themselves do not belong in the catalog: write env:NAME",
            CatalogText.OnlyError(CatalogText.WithEndpoint("""{ "kind": "openai", "address": "https://x.example", "credential": "sk-123" }""")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("none", CredentialKind.None, null)]
    [InlineData("env:OPENAI_API_KEY", CredentialKind.Setting, "OPENAI_API_KEY")]
    [InlineData("env:Keys:East", CredentialKind.Setting, "Keys:East")]
    [InlineData("entra", CredentialKind.Entra, CredentialReference.DefaultScope)]
    [InlineData("entra:https://ai.azure.com/.default", CredentialKind.Entra, "https://ai.azure.com/.default")]
    public void Parse_Credential_IsAReference(string credential, CredentialKind kind, string? value)
    {
        var endpoint = $$"""{ "kind": "openai", "address": "https://x.example", "credential": "{{credential}}" }""";

        Assert.Equal(new CredentialReference(kind, value), CatalogText.Config(CatalogText.WithEndpoint(endpoint)).Endpoints["east"].Credential);
    }

    [Fact]
    public void Parse_NoCredentialForAPublicAddress_IsAnError()
    {
        var error = CatalogText.OnlyError(CatalogText.WithEndpoint("""{ "kind": "openai", "address": "https://x.example" }"""));

        Assert.Equal("endpoints.east.credential", error.Key);
        Assert.StartsWith("is missing; only endpoints on loopback and private addresses may leave it out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NoCredentialForAPrivateAddress_IsNone()
    {
        var endpoint = """{ "kind": "openai", "address": "http://localhost:11434/v1", "allowInsecure": true }""";

        Assert.Equal(new CredentialReference(CredentialKind.None), CatalogText.Config(CatalogText.WithEndpoint(endpoint)).Endpoints["east"].Credential);
    }
}
