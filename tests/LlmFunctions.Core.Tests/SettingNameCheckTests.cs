using LlmFunctions.Core.Health;
using LlmFunctions.Core.Tests.Catalog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

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

    [Theory]
    [InlineData("Healt:Break", "Health:Window must be above zero.", "The setting Healt is read by nobody; did you mean Health?")]
    [InlineData("HOME", "Health:Window must be above zero.")]
    public void Validate_SettingsAreWrong_SaysWhichNamesMayBeMisspelt(string key, params string[] expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = "x", ["Health:Window"] = "00:00:00" }).Build();
        var services = new ServiceCollection();
        services.AddSection<HealthOptions>(configuration, "Health");
        services.AddSingleton(provider => new SettingNameCheck(configuration, provider.GetServices<KnownSetting>(), NullLogger<SettingNameCheck>.Instance));
        using var provider = services.BuildServiceProvider();
        var thrown = Assert.ThrowsAny<Exception>(() => SettingErrors.Validate(provider));
        Assert.Equal(expected, SettingErrors.In(thrown));
    }
}
