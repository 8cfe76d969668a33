using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class CatalogOptionsTests
{
    [Fact]
    public void Create_NoSettings_HasTheDefaults() => Assert.Equal(new CatalogOptions(), Read([]));

    [Fact]
    public void Create_FlatSettings_AreRead() =>
        Assert.Equal(
            new CatalogOptions { Document = "{}", File = "a/b.json", PollInterval = TimeSpan.FromSeconds(1) },
            Read(new() { ["Catalog"] = "{}", ["CatalogFile"] = "a/b.json", ["CatalogPollInterval"] = "00:00:01" }));

    [Theory]
    [InlineData("CatalogFile", " ", "CatalogFile must name a file")]
    [InlineData("CatalogPollInterval", "00:00:00", "CatalogPollInterval must be from 00:00:00.1 to 00:00:05")]
    [InlineData("CatalogPollInterval", "00:00:05.1", "CatalogPollInterval must be from")]
    [InlineData("CatalogPollInterval", "2", "CatalogPollInterval must be a time as hh:mm:ss, such as 00:00:05 for 5 s or 00:00:00.5 for 500 ms, not '2'.")]
    [InlineData("Catalog:models:gpt", "x", "Catalog must be one text that holds the whole JSON document")]
    public void Create_WrongSetting_IsNamed(string key, string value, string message) =>
        Assert.Contains(message, Assert.Throws<OptionsValidationException>(() => Read(new() { [key] = value })).Message, StringComparison.Ordinal);

    private static CatalogOptions Read(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new OptionsFactory<CatalogOptions>([new CatalogOptionsBinding(configuration)], [], [new CatalogOptionsValidation()]).Create("");
    }
}
