namespace LlmFunctions.Infra.Tests;

public sealed class RoleTests(InfraFixture infra)
{
    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private static readonly Dictionary<string, string> Names = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["090c5cfd-751d-490a-894a-3ce6f1109419"] = "Azure Service Bus Data Owner",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"] = "Cognitive Services OpenAI User",
    };

    private static readonly string[] WithoutQueue =
    [
        "Key Vault Secrets User on vaults",
        "Monitoring Metrics Publisher on components",
        "Storage Blob Data Owner on storageAccounts",
        "Storage Queue Data Contributor on storageAccounts",
        "Storage Table Data Contributor on storageAccounts",
    ];

    private static readonly string[] WithQueue =
    [
        // The plan counts messages with the same identity, and nothing less lets it.
        "Azure Service Bus Data Owner on queues",
        .. WithoutQueue,
    ];

    [Fact]
    public void Roles_ServiceBus_AreTheseOnTheseScopes() => Assert.Equal(WithQueue, RolesOf(infra.Default));

    [Fact]
    public void Roles_PrivateNetwork_AreTheSame() => Assert.Equal(WithQueue, RolesOf(infra.PrivateNetwork));

    [Fact]
    public void Roles_StorageQueue_AreNoneOnServiceBus() => Assert.Equal(WithoutQueue, RolesOf(infra.StorageQueue));

    [Fact]
    public void Roles_OpenAiAccount_AreOneMoreOnThatAccountOnly()
    {
        Assert.Equal(["Cognitive Services OpenAI User on accounts"], RolesOf(infra.OpenAi).Except(WithQueue));
        Assert.Single(infra.OpenAi.All("Microsoft.Authorization/roleAssignments"), role => ScopeOf((string)role["id"]!) == InfraFixture.OpenAiAccount);
    }

    [Fact]
    public void Roles_VaultWriter_IsOneMoreForThatPrincipalOnTheVaultOnly()
    {
        var added = Assert.Single(infra.Changed.All("Microsoft.Authorization/roleAssignments"), role => (string?)role["properties"]!["principalId"] == InfraFixture.VaultWriter);

        Assert.Equal(["Key Vault Secrets Officer on vaults"], RolesOf(infra.Changed).Except(WithQueue));
        Assert.Equal(WithQueue.Length + 1, RolesOf(infra.Changed).Count());
        Assert.Equal((string?)Assert.Single(infra.Changed.All("Microsoft.KeyVault/vaults"))["id"], ScopeOf((string)added["id"]!));
        // A user or a group: what it is, is left to Azure.
        Assert.Null(added["properties"]!["principalType"]);
    }

    [Fact]
    public void Roles_SecurityPage_NamesEachWithItsScope()
    {
        var page = File.ReadAllLines(Path.Combine(Paths.Repository, "docs/security.md")).Where(line => line.StartsWith('|')).ToArray();

        Assert.All(Names.Values, name => Assert.Contains(page, line => line.Contains(name.Replace("Storage ", "", StringComparison.Ordinal), StringComparison.Ordinal)));
    }

    [Fact]
    public void Roles_ServiceBus_AreOnTheResourcesOfThisDeployment()
    {
        var ids = infra.Default.Resources.Select(resource => (string)resource["id"]!).ToHashSet();

        Assert.All(infra.Default.All("Microsoft.Authorization/roleAssignments"), role => Assert.Contains(ScopeOf((string)role["id"]!), ids));
    }

    [Fact]
    public void Roles_Every_BelongsToTheRoutersIdentity()
    {
        var identity = (string)Assert.Single(infra.OpenAi.All("Microsoft.ManagedIdentity/userAssignedIdentities"))["id"]!;

        Assert.All(infra.OpenAi.All("Microsoft.Authorization/roleAssignments"), role =>
        {
            Assert.StartsWith($"[reference('{identity}'", (string?)role["properties"]!["principalId"], StringComparison.Ordinal);
            Assert.EndsWith(".principalId]", (string?)role["properties"]!["principalId"], StringComparison.Ordinal);
            Assert.Equal("ServicePrincipal", (string?)role["properties"]!["principalType"]);
        });
    }

    [Fact]
    public void RoleAssignments_InTheSources_StandInTheRoleModulesOnly()
    {
        var files = Directory.EnumerateFiles(Paths.Infra, "*.bicep", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("Microsoft.Authorization/roleAssignments", StringComparison.Ordinal))
            .Select(Path.GetFileName);

        Assert.Equal(["role-on-openai.bicep", "roles.bicep"], files.Order());
    }

    private static IEnumerable<string> RolesOf(Snapshot snapshot) =>
        snapshot.All("Microsoft.Authorization/roleAssignments")
            .Select(role => $"{Names[((string)role["properties"]!["roleDefinitionId"]!).Split('/')[^1]]} on {ScopeOf((string)role["id"]!).Split('/')[^2]}")
            .Order(StringComparer.Ordinal);

    private static string ScopeOf(string id) => id[..id.LastIndexOf("/providers/Microsoft.Authorization/", StringComparison.Ordinal)];
}
