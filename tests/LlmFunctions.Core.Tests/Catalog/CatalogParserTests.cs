using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class CatalogParserTests
{
    // As in the documentation, and with the model that its fallbackModels names.
    private const string Example = """
        {
          "endpoints": {
            "east": { "kind": "azure-openai", "address": "https://east.openai.azure.com", "credential": "entra" },
            "payg": { "kind": "openai", "address": "https://api.openai.com/v1", "credential": "env:OPENAI_API_KEY",
                      "probe": { "path": "models", "interval": "00:00:15" } }
          },
          "models": {
            "gpt-4o-mini": { "deployments": { "payg": {} } },
            "gpt-4o": { "policy": "weighted", "whenUnavailable": "queue", "contextTokens": 128000,
                        "deployments": { "east": { "tier": 0, "weight": 3, "model": "gpt-4o-ptu", "maxConcurrent": 64 },
                                         "payg": { "tier": 1 } },
                        "fallbackModels": ["gpt-4o-mini"] }
          }
        }
        """;

    [Fact]
    public void Parse_ExampleWithItsFallbackModel_ReadsEveryValue()
    {
        var config = CatalogText.Config(Example);

        Assert.Equal(["east", "payg"], config.Endpoints.Keys);
        var east = config.Endpoints["east"];
        Assert.Equal(EndpointKind.AzureOpenAi, east.Kind);
        Assert.Equal(new Uri("https://east.openai.azure.com"), east.Address);
        Assert.Equal(new CredentialReference(CredentialKind.Entra, CredentialReference.DefaultScope), east.Credential);
        Assert.Equal(ProbeConfig.Default, east.Probe);
        var payg = config.Endpoints["payg"];
        Assert.Equal(new CredentialReference(CredentialKind.Setting, "OPENAI_API_KEY"), payg.Credential);
        Assert.Equal(new ProbeConfig(ProbeKind.Models, null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10)), payg.Probe);
        var model = config.Models["gpt-4o"];
        Assert.Equal(WhenUnavailable.Queue, model.WhenUnavailable);
        Assert.Equal(128000, model.ContextTokens);
        Assert.Equal(["gpt-4o-mini"], model.FallbackModels);
        Assert.Equal(
            [
                new DeploymentConfig { Id = new("gpt-4o", "east"), Endpoint = east, Tier = 0, Weight = 3, NameThere = "gpt-4o-ptu", MaxConcurrent = 64 },
                new DeploymentConfig { Id = new("gpt-4o", "payg"), Endpoint = payg, Tier = 1, Weight = 1, NameThere = "gpt-4o" },
            ],
            model.Deployments);
    }

    [Fact]
    public void Parse_LeastDocument_HasTheDefaults()
    {
        var model = CatalogText.Config(CatalogText.Sound()).Models["gpt"];

        Assert.Equal(SelectionPolicyKind.Weighted, model.Policy);
        Assert.Equal(WhenUnavailable.Wait, model.WhenUnavailable);
        Assert.Equal(TimeSpan.FromSeconds(20), model.Wait);
        Assert.Equal(TimeSpan.FromHours(24), model.TimeToLive);
        Assert.Equal(TimeSpan.FromSeconds(10), model.FirstTokenLimit);
        Assert.Equal(TimeSpan.FromSeconds(60), model.AnswerLimit);
        Assert.Equal(TimeSpan.FromSeconds(20), model.IdleLimit);
        Assert.Equal(TimeSpan.FromSeconds(180), model.Deadline);
        Assert.Equal(4, model.MaxAttempts);
        Assert.Null(model.ContextTokens);
    }

    [Fact]
    public void Parse_CommentsAndTrailingCommas_AreAllowed() =>
        CatalogText.Config("/* catalog */ " + CatalogText.WithModels("""{ "gpt": { "deployments": { "east": {}, }, }, // last""" + "\n}"));

    [Theory]
    [InlineData("", "", "is empty")]
    [InlineData("  \n", "", "is empty")]
    [InlineData("{", "", "is not JSON at line 1")]
    [InlineData("{\n\"a\" 1}", "", "is not JSON at line 2, position 5")]
    [InlineData("[]", "", "must be an object { … }, not a list")]
    [InlineData("null", "", "must be an object { … }, not null")]
    [InlineData("\"\\ud800\"", "", "not Unicode")]
    [InlineData("{ \"\\ud800\": 1 }", "", "not Unicode")]
    public void Parse_NoObject_IsOneError(string document, string key, string message)
    {
        var error = CatalogText.OnlyError(document);

        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_HalfASurrogatePairWrittenRaw_IsAnError() =>
        Assert.Contains("not Unicode", CatalogText.OnlyError("\"\ud800\"").Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_NestedBeyondReason_IsAnError() =>
        Assert.Contains("is not JSON", CatalogText.OnlyError(new string('[', 10_000)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_EmptyObject_NamesBothParts()
    {
        var result = CatalogParser.Parse("{}");

        Assert.Equal(["endpoints", "models"], result.Errors.Select(e => e.Key));
        Assert.All(result.Errors, e => Assert.StartsWith("is missing; it needs at least one ", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_EmptyParts_NamesBoth()
    {
        var result = CatalogParser.Parse("""{ "endpoints": {}, "models": {} }""");

        Assert.Equal(["endpoints", "models"], result.Errors.Select(e => e.Key));
        Assert.All(result.Errors, e => Assert.StartsWith("is empty; it needs at least one ", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_ManyErrors_TellsAllAtOnce()
    {
        var result = CatalogParser.Parse("""
            {
              "endpoints": { "east": { "kind": "opnai", "address": "ftp://x", "credential": "sk-1" }, "west": 7 },
              "models": {
                "a": { "deployments": { "east": { "tier": -1 }, "wst": {} }, "fallbackModels": ["b"], "polcy": "weighted" },
                "b": { "deployments": {}, "fallbackModels": ["a"] }
              },
              "extra": 1
            }
            """);

        Assert.Null(result.Config);
        Assert.Equal(
            [
                "endpoints.east.kind", "endpoints.east.address", "endpoints.east.credential", "endpoints.west",
                "models.a.deployments.east.tier", "models.a.deployments.wst", "models.a.polcy",
                "models.b.deployments", "models.a.fallbackModels", "extra",
            ],
            result.Errors.Select(e => e.Key));
    }

    [Theory]
    [InlineData("""{ "models": {}, "models": {} }""", "models")]
    [InlineData("""{ "endpoints": { "east": {}, "east": {} } }""", "endpoints.east")]
    [InlineData("""{ "models": { "gpt-4o": { "deployments": { "x": { "tier": 1, "tier": 1 } } } } }""", "models.gpt-4o.deployments.x.tier")]
    public void Parse_KeyWrittenTwice_IsAnError(string document, string key) =>
        Assert.Contains(new CatalogError(key, "is written more than once; keep one."), CatalogParser.Parse(document).Errors);

    [Fact]
    public void Parse_LineBreakInAName_DoesNotReachTheError()
    {
        var result = CatalogParser.Parse(CatalogText.WithModels("""{ "a\nb": { "deployments": { "east": {} }, "fallbackModels": ["c\nd"] } }"""));

        Assert.Equal(2, result.Errors.Count);
        Assert.DoesNotContain(result.Errors, e => e.ToString().Contains('\n'));
    }
}
