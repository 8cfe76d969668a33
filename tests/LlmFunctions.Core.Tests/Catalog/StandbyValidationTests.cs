using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class StandbyValidationTests
{
    private const string Start = """ "start": { "address": "https://management.azure.com/x/start?api-version=2024-07-01", "credential": "entra:https://management.azure.com/.default" } """;

    [Fact]
    public void Parse_AzureManagementCall_HasItsDefaults()
    {
        var standby = Standby(Start);

        Assert.Equal(
            new HookConfig
            {
                Address = new("https://management.azure.com/x/start?api-version=2024-07-01"),
                Credential = new(CredentialKind.Entra, "https://management.azure.com/.default"),
            },
            standby.Start);
        Assert.Null(standby.Stop);
        Assert.Equal((HookMethod.Post, null, null), (standby.Start.Method, standby.Start.Body, standby.Start.CaFile));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)), (standby.ReadyWithin, standby.StopAfter));
    }

    [Fact]
    public void Parse_ScalePatchOfKubernetes_IsKeptWhole()
    {
        var standby = Standby("""
            "start": {
              "method": "PATCH",
              "address": "https://kubernetes.default.svc/apis/apps/v1/namespaces/n/deployments/d/scale",
              "credential": "file:/var/run/secrets/llm-router/token",
              "caFile": "/var/run/secrets/llm-router/ca.crt",
              "contentType": "application/merge-patch+json",
              // how many
              "body": { "spec": { /* one */ "replicas": 1 } }
            },
            "stop": { "method": "DELETE", "address": "http://127.0.0.1:8001/d", "allowInsecure": true, "body": [ { "op": "test" } ] },
            "readyWithin": "00:15:00", "stopAfter": "00:30:00"
            """);

        Assert.Equal(
            new HookConfig
            {
                Method = HookMethod.Patch,
                Address = new("https://kubernetes.default.svc/apis/apps/v1/namespaces/n/deployments/d/scale"),
                Credential = new(CredentialKind.File, "/var/run/secrets/llm-router/token"),
                CaFile = "/var/run/secrets/llm-router/ca.crt",
                ContentType = "application/merge-patch+json",
                Body = """{"spec":{"replicas":1}}""",
            },
            standby.Start);
        Assert.Equal(
            new HookConfig
            {
                Method = HookMethod.Delete,
                Address = new("http://127.0.0.1:8001/d"),
                Credential = new(CredentialKind.None),
                Body = """[{"op":"test"}]""",
            },
            standby.Stop);
        Assert.Equal((TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)), (standby.ReadyWithin, standby.StopAfter));
    }

    [Theory]
    [InlineData(""" "stop": { "address": "https://x.example", "credential": "none" } """, "start", "is missing; write the request that starts")]
    [InlineData(""" "start": "https://x.example" """, "start", "must be an object")]
    [InlineData(Start + """, "stopAfter": "00:01:00" """, "stopAfter", "has no meaning without stop")]
    [InlineData(Start + """, "readyWithin": "00:00:00" """, "readyWithin", "more than zero")]
    [InlineData(Start + """, "readyWithin": "1.00:00:01" """, "readyWithin", "at most \"1.00:00:00\"")]
    [InlineData(Start + """, "readyIn": "00:01:00" """, "readyIn", "is no known key")]
    [InlineData(""" "start": { "credential": "none" } """, "start.address", "is missing; write the https address")]
    [InlineData(""" "start": { "address": "ftp://x.example", "credential": "none" } """, "start.address", "must be an absolute https address")]
    [InlineData(""" "start": { "address": "https://u:p@x.example", "credential": "none" } """, "start.address", "without user, password and fragment")]
    [InlineData(""" "start": { "address": "https://x.example/#a", "credential": "none" } """, "start.address", "without user, password and fragment")]
    [InlineData(""" "start": { "address": "http://x.example", "credential": "none", "allowInsecure": true } """, "start.address", "only loopback, private ranges")]
    [InlineData(""" "start": { "address": "http://169.254.169.254/latest", "credential": "none", "allowInsecure": true } """, "start.address", "only loopback, private ranges")]
    [InlineData(""" "start": { "address": "http://10.0.0.1", "credential": "none" } """, "start.address", "\"allowInsecure\": true for this private address")]
    [InlineData(""" "start": { "address": "https://x.example" } """, "start.credential", "is missing")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "entra" } """, "start.credential", "must name the scope of the API that is called")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "Bearer abc" } """, "start.credential", "is no reference to a credential")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "file:/etc/passwd" } """, "start.credential", "below /var/run/secrets/")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "file:/var/run/secrets/../../../etc/passwd" } """, "start.credential", "below /var/run/secrets/")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "file:/run/secrets/a/.." } """, "start.credential", "below /var/run/secrets/")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "none", "method": "GET" } """, "start.method", "must be POST | PUT | PATCH | DELETE")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "none", "body": "text" } """, "start.body", "must be an object, not a text")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "none", "contentType": "application/json" } """, "start.contentType", "has no meaning without body")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "none", "body": {}, "contentType": "a b" } """, "start.contentType", "must be a media type")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "none", "caFile": "ca.crt" } """, "start.caFile", "must be an absolute path")]
    [InlineData(""" "start": { "address": "http://10.0.0.1", "allowInsecure": true, "caFile": "/ca.crt" } """, "start.caFile", "has no meaning for an http address")]
    [InlineData(""" "start": { "address": "https://x.example", "credential": "none", "adress": "" } """, "start.adress", "did you mean 'address'?")]
    public void Parse_WrongStandby_NamesTheKey(string standby, string key, string message)
    {
        var error = CatalogText.OnlyError(Document(standby));

        Assert.Equal($"endpoints.cold.standby.{key}", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeveralErrors_AreToldAtOnce()
    {
        var errors = CatalogParser.Parse(Document(""" "start": { "method": "GET", "credential": "entra" }, "stop": { "address": "https://x.example" } """)).Errors;

        Assert.Equal(
            ["endpoints.cold.standby.start.method", "endpoints.cold.standby.start.address", "endpoints.cold.standby.start.credential", "endpoints.cold.standby.stop.credential"],
            errors.Select(error => error.Key));
    }

    [Fact]
    public void Parse_FileAsTheCredentialOfAnEndpoint_IsAnError() =>
        Assert.StartsWith(
            "may not be a file",
            CatalogText.OnlyError(CatalogText.WithEndpoint("""{ "kind": "openai", "address": "https://x.example", "credential": "file:/var/run/secrets/t" }""")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(""" "cold": {} """)]
    [InlineData(""" "cold": {}, "warm": {} """)]
    [InlineData(""" "cold": { "tier": 1 }, "warm": { "tier": 2 } """)]
    public void Parse_StandbyWithNothingBetter_IsAnError(string deployments)
    {
        var error = CatalogText.OnlyError(Document(Start, deployments));

        Assert.Equal("models.gpt.deployments.cold.tier", error.Key);
        Assert.Contains("give an endpoint without standby a lower tier", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_StandbyBehindAStandby_IsSound() => Assert.Equal(
        ["warm", "cold", "colder"],
        CatalogText.Config(Document(Start, """ "warm": {}, "cold": { "tier": 1 }, "colder": { "tier": 2 } """)).Models["gpt"].Deployments.Select(d => d.Endpoint.Name));

    [Fact]
    public void Parse_BetterDeploymentWithErrors_IsNoErrorOfTheStandby() =>
        Assert.Equal("models.gpt.deployments.worm", CatalogText.OnlyError(Document(Start, """ "worm": {}, "cold": { "tier": 1 } """)).Key);

    private static StandbyConfig Standby(string standby) => CatalogText.Config(Document(standby)).Endpoints["cold"].Standby!;

    private static string Document(string standby, string deployments = """ "warm": {}, "cold": { "tier": 1 } """) => $$"""
        {
          "endpoints": {
            "warm": {{CatalogText.Endpoint}},
            "cold": { "kind": "openai", "address": "https://cold.example", "credential": "none", "standby": { {{standby}} } },
            "colder": { "kind": "openai", "address": "https://colder.example", "credential": "none", "standby": { {{Start}} } }
          },
          "models": { "gpt": { "deployments": { {{deployments}} } } }
        }
        """;
}
