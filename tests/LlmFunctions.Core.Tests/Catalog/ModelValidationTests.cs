using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class ModelValidationTests
{
    [Theory]
    [InlineData(""" "policy": "weihgted" """, "policy", "must be weighted | round-robin | least-busy | fastest | sticky; did you mean 'weighted'?")]
    [InlineData(""" "policy": "Weighted" """, "policy", "did you mean 'weighted'?")]
    [InlineData(""" "policy": true """, "policy", "must be a text, not true or false.")]
    [InlineData(""" "stickyHeader": "x-session" """, "stickyHeader", "is read by the policy sticky alone")]
    [InlineData(""" "policy": "sticky", "stickyHeader": "x session" """, "stickyHeader", "must be the name of a header")]
    [InlineData(""" "whenUnavailable": "retry" """, "whenUnavailable", "must be wait | queue | reject.")]
    [InlineData(""" "wait": "00:00:00" """, "wait", "must be a time as \"hh:mm:ss\", more than zero and at most \"01:00:00\".")]
    [InlineData(""" "wait": "-00:00:01" """, "wait", "must be a time")]
    [InlineData(""" "wait": "20" """, "wait", "must be a time")]
    [InlineData(""" "wait": 20 """, "wait", "must be a time in quotes as \"hh:mm:ss\", not a number; write 20 s as \"00:00:20\".")]
    [InlineData(""" "wait": "00:60:00" """, "wait", "must be a time")]
    [InlineData(""" "wait": "00:00:01\n" """, "wait", "must be a time")]
    [InlineData(""" "wait": "01:00:01" """, "wait", "at most \"01:00:00\"")]
    [InlineData(""" "timeToLive": "30.00:00:01" """, "timeToLive", "at most \"30.00:00:00\"")]
    [InlineData(""" "timeToLive": "1.24:00:00" """, "timeToLive", "must be a time")]
    [InlineData(""" "firstTokenLimit": 10 """, "firstTokenLimit", "must be a time in quotes as \"hh:mm:ss\", not a number; write 10 s as \"00:00:10\".")]
    [InlineData(""" "idleLimit": 2.5 """, "idleLimit", "write 2.5 s as \"00:00:02.5000000\".")]
    [InlineData(""" "idleLimit": 1e300 """, "idleLimit", "not a number.")]
    [InlineData(""" "firstTokenLimit": "999:00:00" """, "firstTokenLimit", "at most \"01:00:00\"")]
    [InlineData(""" "answerLimit": "" """, "answerLimit", "must be a time")]
    [InlineData(""" "idleLimit": "1h" """, "idleLimit", "must be a time")]
    [InlineData(""" "deadline": "02:00:00" """, "deadline", "at most \"01:00:00\"")]
    [InlineData(""" "stream": "splcie" """, "stream", "must be splice | hold | off; did you mean 'splice'?")]
    [InlineData(""" "stream": true """, "stream", "must be a text, not true or false.")]
    [InlineData(""" "contextTokens": 0 """, "contextTokens", "must be a whole number of at least 1.")]
    [InlineData(""" "contextTokens": 1.5 """, "contextTokens", "must be a whole number of at least 1.")]
    [InlineData(""" "contextTokens": 99999999999 """, "contextTokens", "must be a whole number of at least 1.")]
    [InlineData(""" "contextTokens": "128000" """, "contextTokens", "must be a number, not a text.")]
    [InlineData(""" "maxAttempts": 0 """, "maxAttempts", "must be a whole number from 1 to 20.")]
    [InlineData(""" "maxAttempts": 21 """, "maxAttempts", "must be a whole number from 1 to 20.")]
    [InlineData(""" "fallbackOn": ["content-filter"] """, "fallbackOn", "holds 'content-filter'; content_filter is the only one there is.")]
    [InlineData(""" "fallbackOn": ["content_filter", "content_filter"] """, "fallbackOn[1]", "names 'content_filter' once more")]
    [InlineData(""" "fallbackOn": "content_filter" """, "fallbackOn", "must be a list, not a text.")]
    [InlineData(""" "fallbackModels": [1] """, "fallbackModels[0]", "must be a text.")]
    [InlineData(""" "fallbackModels": [""] """, "fallbackModels[0]", "must be a text.")]
    [InlineData(""" "fallbackModels": ["gpt"] """, "fallbackModels", "names the model itself.")]
    [InlineData(""" "fallbackModels": ["gpd"] """, "fallbackModels", "names 'gpd', which is no model of this catalog; did you mean 'gpt'?")]
    [InlineData(""" "firstTokenlimit": "00:00:01" """, "firstTokenlimit", "is no known key; did you mean 'firstTokenLimit'?")]
    public void Parse_WrongModel_NamesTheKey(string fields, string key, string message)
    {
        var error = CatalogText.OnlyError(CatalogText.WithModel(fields));

        Assert.Equal($"models.gpt.{key}", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "tier": -1 """, "tier", "must be a whole number of at least 0.")]
    [InlineData(""" "tier": "0" """, "tier", "must be a number, not a text.")]
    [InlineData(""" "weight": 0 """, "weight", "must be a whole number from 1 to 1000.")]
    [InlineData(""" "weight": 1001 """, "weight", "must be a whole number from 1 to 1000.")]
    [InlineData(""" "maxConcurrent": 0 """, "maxConcurrent", "must be a whole number of at least 1.")]
    [InlineData(""" "model": "" """, "model", "must be 1 to 256 characters")]
    [InlineData(""" "model": "a\u0000" """, "model", "must be 1 to 256 characters")]
    [InlineData(""" "teir": 1 """, "teir", "is no known key; did you mean 'tier'?")]
    [InlineData(""" "wieght": 1 """, "wieght", "is no known key; did you mean 'weight'?")]
    public void Parse_WrongDeployment_NamesTheKey(string fields, string key, string message)
    {
        var error = CatalogText.OnlyError(CatalogText.WithDeployment(fields));

        Assert.Equal($"models.gpt.deployments.east.{key}", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "gpt": {} }""", "models.gpt.deployments", "is missing")]
    [InlineData("""{ "gpt": { "deployments": {} } }""", "models.gpt.deployments", "is empty")]
    [InlineData("""{ "gpt": { "deployments": ["east"] } }""", "models.gpt.deployments", "must be an object, not a list.")]
    [InlineData("""{ "gpt": { "deployments": { "east": null } } }""", "models.gpt.deployments.east", "must be an object, not null")]
    [InlineData("""{ "gpt": { "deployments": { "eats": {} } } }""", "models.gpt.deployments.eats", "is no endpoint of this catalog; did you mean 'east'?")]
    [InlineData("""{ "gpt": { "deployments": { "west": {} } } }""", "models.gpt.deployments.west", "is no endpoint of this catalog.")]
    [InlineData("""{ "gpt": { "deployments": { "eest": {} } } }""", "models.gpt.deployments.eest", "is no endpoint of this catalog; did you mean 'east'?")]
    [InlineData("""{ "gpt": [] }""", "models.gpt", "must be an object, not a list.")]
    [InlineData("[]", "models", "must be an object, not a list.")]
    public void Parse_WrongShape_NamesTheKey(string models, string key, string message)
    {
        var error = CatalogText.OnlyError(CatalogText.WithModels(models));

        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("é")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\\\\b")]
    [InlineData("a\\u0007b")]
    public void Parse_WrongModelName_IsAnError(string name) =>
        Assert.StartsWith("is no name for a model", CatalogText.OnlyError(CatalogText.Sound(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_ModelNameOf256Characters_IsTheLongest()
    {
        CatalogText.Config(CatalogText.Sound(new string('m', 256)));

        Assert.StartsWith("is no name for a model", CatalogText.OnlyError(CatalogText.Sound(new string('m', 257))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ModelValues_AreRead()
    {
        var model = CatalogText.Config(CatalogText.WithModel("""
            "policy": "sticky", "stickyHeader": "x-session-id", "whenUnavailable": "reject", "wait": "00:00:05",
            "timeToLive": "24:00:00", "firstTokenLimit": "00:00:00.25", "answerLimit": "00:02:00", "idleLimit": "00:00:30",
            "deadline": "01:00:00", "maxAttempts": 20, "fallbackOn": ["content_filter"], "contextTokens": 1
            """)).Models["gpt"];

        Assert.Equal(SelectionPolicyKind.Sticky, model.Policy);
        Assert.Equal("x-session-id", model.StickyHeader);
        Assert.Equal(WhenUnavailable.Reject, model.WhenUnavailable);
        Assert.Equal(TimeSpan.FromSeconds(5), model.Wait);
        Assert.Equal(TimeSpan.FromHours(24), model.TimeToLive);
        Assert.Equal(TimeSpan.FromMilliseconds(250), model.FirstTokenLimit);
        Assert.Equal(TimeSpan.FromMinutes(2), model.AnswerLimit);
        Assert.Equal(TimeSpan.FromSeconds(30), model.IdleLimit);
        Assert.Equal(TimeSpan.FromHours(1), model.Deadline);
        Assert.Equal(20, model.MaxAttempts);
        Assert.Equal(["content_filter"], model.FallbackOn);
        Assert.Equal(1, model.ContextTokens);
    }

    [Fact]
    public void Parse_Deployments_AreInOrderOfTierThenAsWritten()
    {
        var document = $$"""
            { "endpoints": { "c": {{CatalogText.Endpoint}}, "b": {{CatalogText.Endpoint}}, "a": {{CatalogText.Endpoint}} },
              "models": { "gpt": { "deployments": { "c": { "tier": 1 }, "b": {}, "a": {} } } } }
            """;

        Assert.Equal(["b", "a", "c"], CatalogText.Config(document).Models["gpt"].Deployments.Select(d => d.Id.Endpoint));
    }
}
