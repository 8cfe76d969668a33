using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmFunctions.Infra.Tests;

public sealed partial class SecurityTests(InfraFixture infra)
{
    [Fact]
    public void Resources_Default_AreTheTypesTheseTestsKnow()
    {
        // A new type is added here together with a test of what is open about it.
        string[] known =
        [
            "Microsoft.Authorization/roleAssignments",
            "Microsoft.Insights/components",
            "Microsoft.Insights/metricAlerts",
            "Microsoft.Insights/scheduledQueryRules",
            "Microsoft.Insights/workbooks",
            "Microsoft.KeyVault/vaults",
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            "Microsoft.OperationalInsights/workspaces",
            "Microsoft.ServiceBus/namespaces",
            "Microsoft.ServiceBus/namespaces/queues",
            "Microsoft.Storage/storageAccounts",
            "Microsoft.Storage/storageAccounts/blobServices",
            "Microsoft.Storage/storageAccounts/blobServices/containers",
            "Microsoft.Storage/storageAccounts/managementPolicies",
            "Microsoft.Web/serverfarms",
            "Microsoft.Web/sites",
            "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
            "Microsoft.Web/sites/config",
        ];

        Assert.Equal(known, infra.Default.Resources.Select(resource => (string)resource["type"]!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Storage_Default_TakesNoKeyNoAnonymousReaderAndNoHttp()
    {
        var account = infra.Default.One("Microsoft.Storage/storageAccounts");

        Assert.False((bool)account["allowSharedKeyAccess"]!);
        Assert.False((bool)account["allowBlobPublicAccess"]!);
        Assert.False((bool)account["allowCrossTenantReplication"]!);
        Assert.True((bool)account["defaultToOAuthAuthentication"]!);
        Assert.True((bool)account["supportsHttpsTrafficOnly"]!);
        Assert.Equal("TLS1_2", (string?)account["minimumTlsVersion"]);
        Assert.Equal("None", (string?)infra.Default.One("Microsoft.Storage/storageAccounts/blobServices/containers")["publicAccess"]);
    }

    [Fact]
    public void ServiceBus_Default_HasNoLocalAuthAndTls12()
    {
        var serviceBus = infra.Default.One("Microsoft.ServiceBus/namespaces");

        Assert.True((bool)serviceBus["disableLocalAuth"]!);
        Assert.Equal("1.2", (string?)serviceBus["minimumTlsVersion"]);
    }

    [Fact]
    public void Telemetry_Default_HasNoLocalAuth()
    {
        Assert.True((bool)infra.Default.One("Microsoft.Insights/components")["DisableLocalAuth"]!);
        Assert.True((bool)infra.Default.One("Microsoft.OperationalInsights/workspaces")["features"]!["disableLocalAuth"]!);
    }

    [Fact]
    public void Vault_Default_KnowsRolesOnlyAndCannotBePurged()
    {
        var vault = infra.Default.One("Microsoft.KeyVault/vaults");

        Assert.True((bool)vault["enableRbacAuthorization"]!);
        Assert.True((bool)vault["enableSoftDelete"]!);
        Assert.True((bool)vault["enablePurgeProtection"]!);
        Assert.Null(vault["accessPolicies"]);
    }

    [Fact]
    public void FunctionApp_Default_IsHttpsOnlyWithTls12AndNoPasswords()
    {
        var app = infra.Default.One("Microsoft.Web/sites");

        Assert.True((bool)app["httpsOnly"]!);
        Assert.Equal("1.2", (string?)app["siteConfig"]!["minTlsVersion"]);
        Assert.Equal("1.2", (string?)app["siteConfig"]!["scmMinTlsVersion"]);
        Assert.Equal("Disabled", (string?)app["siteConfig"]!["ftpsState"]);
        var policies = infra.Default.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], policies.Select(policy => ((string)policy["name"]!).Split('/')[1]).Order());
        Assert.All(policies, policy => Assert.False((bool)policy["properties"]!["allow"]!));
    }

    [Fact]
    public void Template_Whole_ReadsNoKeyAndTakesNone()
    {
        var text = infra.Template.ToJsonString();

        Assert.DoesNotMatch(ListFunction(), text);
        Assert.DoesNotContain("securestring", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AccountKey=", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("SharedAccessKey", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("primaryKey", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Endpoints_PrivateNetwork_AreClosedToThePublic()
    {
        foreach (var type in new[] { "Microsoft.Storage/storageAccounts", "Microsoft.ServiceBus/namespaces", "Microsoft.KeyVault/vaults" })
            Assert.Equal("Disabled", (string?)infra.PrivateNetwork.One(type)["publicNetworkAccess"]);
        foreach (var type in new[] { "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults" })
            Assert.Equal("Deny", (string?)infra.PrivateNetwork.One(type)["networkAcls"]!["defaultAction"]);
        JsonObject serviceBus = Assert.Single(infra.PrivateNetwork.All("Microsoft.ServiceBus/namespaces"));
        Assert.Equal("Premium", (string?)serviceBus["sku"]!["name"]);
    }

    // listKeys(, listSecrets(, listAccountSas(: whatever hands out a key.
    [GeneratedRegex(@"\blist[A-Z]\w*\(")]
    private static partial Regex ListFunction();
}
