using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class ProbeValidationTests
{
    [Theory]
    [InlineData("", ProbeKind.Models, null)]
    [InlineData(""" "path": "models" """, ProbeKind.Models, null)]
    [InlineData(""" "path": "completion" """, ProbeKind.Completion, null)]
    [InlineData(""" "path": "/health" """, ProbeKind.Path, "/health")]
    [InlineData(""" "path": "health/ready?full=1" """, ProbeKind.Path, "health/ready?full=1")]
    [InlineData(""" "kind": "path", "path": "models" """, ProbeKind.Path, "models")]
    [InlineData(""" "kind": "models", "path": "models" """, ProbeKind.Models, null)]
    [InlineData(""" "kind": "none" """, ProbeKind.None, null)]
    [InlineData(""" "kind": "completion" """, ProbeKind.Completion, null)]
    public void Parse_Probe_HasItsKind(string probe, ProbeKind kind, string? path) =>
        Assert.Equal(ProbeConfig.Default with { Kind = kind, Path = path }, CatalogText.Config(Document(probe)).Endpoints["east"].Probe);

    [Fact]
    public void Parse_ProbeTimes_AreRead()
    {
        var probe = CatalogText.Config(Document(""" "interval": "00:01:00", "limit": "00:00:02.5" """)).Endpoints["east"].Probe;

        Assert.Equal(TimeSpan.FromMinutes(1), probe.Interval);
        Assert.Equal(TimeSpan.FromSeconds(2.5), probe.Limit);
    }

    [Theory]
    [InlineData(""" "kind": "pth", "path": "/health" """, "kind", "did you mean 'path'?")]
    [InlineData(""" "kind": "path" """, "path", "is missing; kind path needs one")]
    [InlineData(""" "kind": "none", "path": "/health" """, "path", "belongs to kind path")]
    [InlineData(""" "kind": "completion", "path": "models" """, "path", "belongs to kind path")]
    [InlineData(""" "path": "https://elsewhere.example/health" """, "path", "without scheme and host")]
    [InlineData(""" "path": "//elsewhere.example" """, "path", "without scheme and host")]
    [InlineData(""" "path": "\\\\elsewhere.example" """, "path", "without scheme and host")]
    [InlineData(""" "path": "" """, "path", "must be a path")]
    [InlineData(""" "path": 1 """, "path", "must be a text, not a number.")]
    [InlineData(""" "interval": "1.00:00:01" """, "interval", "at most \"1.00:00:00\"")]
    [InlineData(""" "interval": "00:00:00" """, "interval", "more than zero")]
    [InlineData(""" "limit": "00:05:01" """, "limit", "at most \"00:05:00\"")]
    [InlineData(""" "intervall": "00:00:01" """, "intervall", "did you mean 'interval'?")]
    public void Parse_WrongProbe_NamesTheKey(string probe, string key, string message)
    {
        var error = CatalogText.OnlyError(Document(probe));

        Assert.Equal($"endpoints.east.probe.{key}", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static string Document(string probe) => CatalogText.WithEndpoint(
        $$"""{ "kind": "openai", "address": "https://x.example", "credential": "none", "probe": { {{probe}} } }""");
}
