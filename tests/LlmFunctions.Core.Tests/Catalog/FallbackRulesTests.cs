using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class FallbackRulesTests
{
    [Fact]
    public void Parse_CircleOfTwo_IsNamedOnce() =>
        Assert.Equal(
            new CatalogError("models.a.fallbackModels", "is a circle: a → b → a."),
            CatalogText.OnlyError(Document(("a", ["b"]), ("b", ["a"]))));

    [Fact]
    public void Parse_CircleBehindOtherModels_IsNamedWithoutThem() =>
        Assert.Equal(
            new CatalogError("models.b.fallbackModels", "is a circle: b → c → d → b."),
            CatalogText.OnlyError(Document(("a", ["x", "b"]), ("b", ["x", "c"]), ("c", ["d"]), ("d", ["b", "x"]), ("x", []))));

    [Fact]
    public void Parse_TwoCircles_AreNamedBoth()
    {
        var result = CatalogParser.Parse(Document(("a", ["b"]), ("b", ["a"]), ("c", ["d"]), ("d", ["c"])));

        Assert.Equal(["is a circle: a → b → a.", "is a circle: c → d → c."], result.Errors.Select(e => e.Message));
    }

    [Fact]
    public void Parse_TwoWaysToOneModel_IsNoCircle() =>
        CatalogText.Config(Document(("a", ["b", "c"]), ("b", ["d"]), ("c", ["d"]), ("d", [])));

    [Fact]
    public void Parse_SameModelTwice_IsAnError() =>
        Assert.Equal(
            new CatalogError("models.a.fallbackModels[1]", "names 'b' once more; keep one."),
            CatalogText.OnlyError(Document(("a", ["b", "b"]), ("b", []))));

    [Fact]
    public void Parse_VeryLongChain_IsFollowed()
    {
        var models = Enumerable.Range(0, 5_000).Select(i => ($"m{i}", i < 4_999 ? new[] { $"m{i + 1}" } : [])).ToArray();

        Assert.Equal(5_000, CatalogText.Config(Document(models)).Models.Count);
    }

    private static string Document(params (string Name, string[] Fallbacks)[] models) => CatalogText.WithModels(
        "{" + string.Join(",", models.Select(m =>
            $$""" "{{m.Name}}": { "deployments": { "east": {} }, "fallbackModels": [{{string.Join(",", m.Fallbacks.Select(f => $"\"{f}\""))}}] }""")) + "}");
}
