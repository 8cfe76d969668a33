using System.Text.RegularExpressions;

namespace LlmFunctions.Infra.Tests;

public sealed partial class NetworkTests(InfraFixture infra)
{
    [Fact]
    public void Network_Default_DoesNotExist() =>
        Assert.DoesNotContain(infra.Default.Resources, resource => ((string)resource["type"]!).StartsWith("Microsoft.Network/", StringComparison.Ordinal));

    [Fact]
    public void PrivateEndpoints_PrivateNetwork_ReachEverythingWithData()
    {
        var reached = infra.PrivateNetwork.All("Microsoft.Network/privateEndpoints")
            .Select(endpoint => endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!)
            .Select(link => $"{((string)link["privateLinkServiceId"]!).Split('/')[^2]}:{link["groupIds"]![0]}");

        Assert.Equal(["namespaces:namespace", "storageAccounts:blob", "storageAccounts:queue", "storageAccounts:table", "vaults:vault"], reached.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DnsZones_PrivateNetwork_AreThoseOfThePrivateLinks()
    {
        string[] zones =
        [
            "privatelink.blob.core.windows.net",
            "privatelink.queue.core.windows.net",
            "privatelink.servicebus.windows.net",
            "privatelink.table.core.windows.net",
            "privatelink.vaultcore.azure.net",
        ];

        Assert.Equal(zones, infra.PrivateNetwork.All("Microsoft.Network/privateDnsZones").Select(zone => InPublicCloud((string)zone["name"]!)).Order(StringComparer.Ordinal));
        Assert.Equal(zones.Length, infra.PrivateNetwork.All("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count());
        Assert.Equal(zones.Length, infra.PrivateNetwork.All("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count());
    }

    [Fact]
    public void FunctionApp_PrivateNetwork_SendsThroughItsDelegatedSubnet()
    {
        var subnet = infra.PrivateNetwork.One("Microsoft.Network/virtualNetworks")["subnets"]![0]!;

        Assert.Equal("Microsoft.App/environments", (string?)subnet["properties"]!["delegations"]![0]!["properties"]!["serviceName"]);
        Assert.EndsWith($"/subnets/{subnet["name"]}", (string?)infra.PrivateNetwork.One("Microsoft.Web/sites")["virtualNetworkSubnetId"], StringComparison.Ordinal);
    }

    // The snapshot leaves open which cloud it is: [format('privatelink.blob.{0}', environment().suffixes.storage)]
    private static string InPublicCloud(string name) => Formatted().Replace(name, match => match.Groups["text"].Value.Replace(
        "{0}",
        match.Groups["argument"].Value switch
        {
            "environment().suffixes.storage" => "core.windows.net",
            "replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')" => ".vault.azure.net".Replace(".vault.", ".vaultcore.", StringComparison.Ordinal),
            var unknown => throw new InvalidOperationException($"What is {unknown}?"),
        },
        StringComparison.Ordinal));

    [GeneratedRegex(@"^\[format\('(?<text>[^']+)', (?<argument>.+)\)\]$")]
    private static partial Regex Formatted();
}
