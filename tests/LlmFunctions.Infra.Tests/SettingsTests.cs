using System.Text.RegularExpressions;
using LlmFunctions.AspNetCore;
using LlmFunctions.AspNetCore.Access;
using LlmFunctions.Azure;
using LlmFunctions.Core;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Infra.Tests;

public sealed class SettingsTests(InfraFixture infra)
{
    [Fact]
    public void AppSettings_ServiceBus_BindToTheOptions()
    {
        using var services = Bind(infra.Default);

        Assert.Equal(TimeSpan.FromSeconds(220), services.GetRequiredService<IOptions<RoutingOptions>>().Value.AnswerWithin);
        Assert.Equal("env:TEAM_A_KEY", Assert.Single(services.GetRequiredService<IOptions<AccessOptions>>().Value.CallerKeys, key => key.Key == "team_a").Value);
        Assert.Equal("env:ONCALL_KEY", Assert.Single(services.GetRequiredService<IOptions<AccessOptions>>().Value.OperatorKeys, key => key.Key == "oncall").Value);
        Assert.False(services.GetRequiredService<IOptions<AccessOptions>>().Value.AllowAnonymous);
        Assert.Equal(new FallbackQueueOptions { IsServiceBus = true, Name = "llm-requests" }, services.GetRequiredService<IOptions<FallbackQueueOptions>>().Value);
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        Assert.Equal("llmrouter", storage.Prefix);
        Assert.Null(storage.ConnectionString);
        Assert.Equal(((string)Assert.Single(infra.Default.All("Microsoft.Storage/storageAccounts"))["name"]!), storage.AccountName);
        Assert.Equal(infra.Default.AppSettings["AzureWebJobsStorage__clientId"], storage.ClientId);
    }

    [Fact]
    public void AppSettings_StorageQueue_BindToTheStorageQueue()
    {
        using var services = Bind(infra.StorageQueue);

        Assert.False(services.GetRequiredService<IOptions<FallbackQueueOptions>>().Value.IsServiceBus);
    }

    [Fact]
    public void ExtraSettings_AreSet_ButNeverOverTheRoutersOwn()
    {
        using var services = Bind(infra.OpenAi);

        Assert.Equal(3, services.GetRequiredService<IOptions<ReplayOptions>>().Value.MaxFailures);
        Assert.Equal("00:03:40", infra.OpenAi.AppSettings["Routing__AnswerWithin"]);
    }

    [Fact]
    public void Triggers_ServiceBus_OnlyItsOwnIsOn() => Assert.Equal(("false", "true"), DisabledIn(infra.Default));

    [Fact]
    public void Triggers_StorageQueue_OnlyItsOwnIsOn() => Assert.Equal(("true", "false"), DisabledIn(infra.StorageQueue));

    [Fact]
    public void Triggers_OfTheSources_AreTheTwoThatTheSettingsSwitch()
    {
        Assert.Equal(["ReplayFromServiceBus", "ReplayFromStorageQueue"], FunctionSources.Replays);
        foreach (var snapshot in new[] { infra.Default, infra.StorageQueue })
            Assert.Equal(
                FunctionSources.Replays.Select(name => $"AzureWebJobs.{name}.Disabled"),
                snapshot.AppSettings.Keys.Where(name => name.StartsWith("AzureWebJobs.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Triggers_TheirSettings_AreSet()
    {
        Assert.Equal(["FallbackQueueName", "ProbeSchedule", "SweepSchedule"], FunctionSources.Settings);
        Assert.Empty(FunctionSources.Settings.Except(infra.Default.AppSettings.Keys));
        Assert.Empty(FunctionSources.Settings.Except(infra.StorageQueue.AppSettings.Keys));
    }

    [Fact]
    public void Functions_OfTheSources_AreAllFound() => Assert.Superset(
        new HashSet<string>(["Probe", "ReplayFromServiceBus", "ReplayFromStorageQueue", "Route", "Sweep"]), FunctionSources.Names.ToHashSet());

    [Fact]
    public void Schedules_Default_AreEvery5And15Seconds()
    {
        Assert.Equal("*/5 * * * * *", infra.Default.AppSettings["ProbeSchedule"]);
        Assert.Equal("*/15 * * * * *", infra.Default.AppSettings["SweepSchedule"]);
        Assert.Equal("true", infra.Default.AppSettings["AzureWebJobsDisableHomepage"]);
    }

    [Fact]
    public void Secrets_EverySettingThatIsReferredTo_IsAReferenceIntoTheVault()
    {
        var vault = (string)Assert.Single(infra.Default.All("Microsoft.KeyVault/vaults"))["id"]!;
        var referredTo = ReferredTo(infra.Default);

        Assert.Equal(["ANTHROPIC_API_KEY", "ONCALL_KEY", "OPENAI_API_KEY", "TEAM_A_KEY"], referredTo.Order(StringComparer.Ordinal));
        Assert.Equal(referredTo.Order(StringComparer.Ordinal), KeySettingsOf(infra.Default).Order(StringComparer.Ordinal));
        Assert.All(referredTo, name => Assert.Matches(
            $@"^\[format\('@Microsoft\.KeyVault\(SecretUri=\{{0\}}secrets/\{{1\}}\)', reference\('{Regex.Escape(vault)}', '[^']+'\)\.vaultUri, '[a-z-]+'\)\]$",
            infra.Default.AppSettings[name]));
    }

    [Fact]
    public void Connections_Default_AreByIdentityOnly()
    {
        var settings = infra.Default.AppSettings;
        var identity = (string)Assert.Single(infra.Default.All("Microsoft.ManagedIdentity/userAssignedIdentities"))["id"]!;

        Assert.Equal(
            ["AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential"],
            settings.Keys.Where(name => name.StartsWith("AzureWebJobsStorage", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["ServiceBus__clientId", "ServiceBus__credential", "ServiceBus__fullyQualifiedNamespace"],
            settings.Keys.Where(name => name.StartsWith("ServiceBus", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var connection in new[] { "AzureWebJobsStorage", "ServiceBus" })
        {
            Assert.Equal("managedidentity", settings[$"{connection}__credential"]);
            Assert.StartsWith($"[reference('{identity}'", settings[$"{connection}__clientId"], StringComparison.Ordinal);
        }
        Assert.StartsWith("[format('ClientId={0};Authorization=AAD', reference(", settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"], StringComparison.Ordinal);
    }

    [Fact]
    public void AppSettings_Flex_HaveNoneThatThePlanRefuses() =>
        Assert.Empty(infra.Default.AppSettings.Keys.Intersect(
            ["FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTSHARE"]));

    [Fact]
    public void Catalog_OfTheParameters_IsValid() => Assert.Empty(CatalogParser.Parse(infra.Default.AppSettings["Catalog"]).Errors);

    private static (string ServiceBus, string StorageQueue) DisabledIn(Snapshot snapshot) =>
        (snapshot.AppSettings["AzureWebJobs.ReplayFromServiceBus.Disabled"], snapshot.AppSettings["AzureWebJobs.ReplayFromStorageQueue.Disabled"]);

    private static IEnumerable<string> KeySettingsOf(Snapshot snapshot) =>
        snapshot.AppSettings.Where(setting => setting.Value.Contains("@Microsoft.KeyVault(", StringComparison.Ordinal)).Select(setting => setting.Key);

    private static HashSet<string> ReferredTo(Snapshot snapshot)
    {
        var catalog = CatalogParser.Parse(snapshot.AppSettings["Catalog"]).Config!;
        var ofEndpoints = catalog.Endpoints.Values.Where(endpoint => endpoint.Credential.Kind == CredentialKind.Setting).Select(endpoint => endpoint.Credential.Value!);
        var ofCallers = snapshot.AppSettings
            .Where(setting => setting.Key.StartsWith("Access__", StringComparison.Ordinal))
            .Select(setting => setting.Value["env:".Length..]);
        return [.. ofEndpoints, .. ofCallers];
    }

    private static ServiceProvider Bind(Snapshot snapshot)
    {
        var values = snapshot.AppSettings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration);
        services.AddRouterCore(configuration);
        services.AddRouterHttp(configuration);
        services.AddAzureStorage(configuration);
        return services.BuildServiceProvider();
    }
}
