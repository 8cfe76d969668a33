using LlmFunctions.Core.Tests.Catalog;
using Microsoft.Extensions.Configuration;

namespace LlmFunctions.Core.Tests;

public sealed class SettingNameCheckTests
{
    [Theory]
    [InlineData("Healt:Break", "Warning: The setting Healt is read by nobody; did you mean Health?")]
    [InlineData("CatlogFile", "Warning: The setting CatlogFile is read by nobody; did you mean CatalogFile?")]
    [InlineData("health:Break", null)]
    [InlineData("HOME", null)]
    [InlineData("Logging:LogLevel:Default", null)]
    public async Task StartAsync_NameThatNobodyReads_IsToldWhenItIsNearAKnownOne(string key, string? warning)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = "x" }).Build();
        var logger = new ListLogger<SettingNameCheck>();
        await new SettingNameCheck(configuration, [new("Health"), new("Routing"), new("CatalogFile")], logger).StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(warning is null ? [] : [warning], logger.Lines);
    }
}
