namespace LlmFunctions.Infra.Tests;

public sealed class HostingTests(InfraFixture infra)
{
    [Fact]
    public void Plan_Default_IsFlexConsumption() =>
        Assert.Equal("FC1", (string?)Assert.Single(infra.Default.All("Microsoft.Web/serverfarms"))["sku"]!["name"]);

    [Fact]
    public void FunctionApp_Default_RunsOnDotNet10WithTheParametersOfScale()
    {
        var config = infra.Default.One("Microsoft.Web/sites")["functionAppConfig"]!;
        var scale = config["scaleAndConcurrency"]!;

        Assert.Equal("dotnet-isolated 10.0", $"{config["runtime"]!["name"]} {config["runtime"]!["version"]}");
        Assert.Equal("""[{"name":"http","instanceCount":1}]""", scale["alwaysReady"]!.ToJsonString());
        Assert.Equal(100, (int)scale["maximumInstanceCount"]!);
        Assert.Equal(2048, (int)scale["instanceMemoryMB"]!);
        Assert.Equal(200, (int)scale["triggers"]!["http"]!["perInstanceConcurrency"]!);
    }

    [Fact]
    public void FunctionApp_Default_ReadsItsPackageAndItsKeysWithItsOnlyIdentity()
    {
        var site = Assert.Single(infra.Default.All("Microsoft.Web/sites"));
        var identity = (string)Assert.Single(infra.Default.All("Microsoft.ManagedIdentity/userAssignedIdentities"))["id"]!;
        var authentication = site["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!["authentication"]!;

        Assert.Equal("UserAssigned", (string?)site["identity"]!["type"]);
        Assert.Equal([identity], site["identity"]!["userAssignedIdentities"]!.AsObject().Select(assigned => assigned.Key));
        Assert.Equal(identity, (string?)site["properties"]!["keyVaultReferenceIdentity"]);
        Assert.Equal("UserAssignedIdentity", (string?)authentication["type"]);
        Assert.Equal(identity, (string?)authentication["userAssignedIdentityResourceId"]);
    }

    [Fact]
    public void Outputs_OfTheTemplate_AreWhatCallersAndAzdNeed()
    {
        string[] outputs =
        [
            "AZURE_FUNCTION_APP_NAME", "AZURE_KEY_VAULT_NAME", "AZURE_LOCATION", "AZURE_RESOURCE_GROUP", "AZURE_TENANT_ID",
            "GENERATED_KEYS", "PROVIDED_KEYS", "SERVICE_ROUTER_ENDPOINT_URL", "baseUrl", "functionAppName", "keyVaultName", "readyUrl",
        ];
        var app = infra.Template["resources"]!["functionApp"]!["properties"]!["template"]!["outputs"]!;

        Assert.Equal(outputs, infra.Template["outputs"]!.AsObject().Select(output => output.Key).Order(StringComparer.Ordinal));
        Assert.Equal("[format('https://{0}/v1', reference('app').defaultHostName)]", (string?)app["baseUrl"]!["value"]);
        Assert.Equal("[format('https://{0}/health/ready', reference('app').defaultHostName)]", (string?)app["readyUrl"]!["value"]);
    }

    [Fact]
    public void Main_InTheSources_WiresModulesOnly() =>
        Assert.All(infra.Template["resources"]!.AsObject(), resource => Assert.Equal("Microsoft.Resources/deployments", (string?)resource.Value!["type"]));
}
