using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.Core.Catalog;

/// <summary>Whether an address cannot leave the machine, the private network or the cluster.</summary>
internal static class PrivateAddress
{
    private static readonly IPNetwork[] Ranges =
    [
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
    ];

    private static readonly string[] Suffixes = [".localhost", ".svc", ".svc.cluster.local", ".internal"];

    public static bool Is(Uri address) =>
        IPAddress.TryParse(address.DnsSafeHost, out var ip) ? IsPrivate(ip) : IsInside(address.DnsSafeHost.TrimEnd('.'));

    private static bool IsPrivate(IPAddress ip)
    {
        var plain = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        return plain.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && Ranges.Any(r => r.Contains(plain));
    }

    // A name of one label, like those of Kubernetes services, is only ever resolved by the local network.
    private static bool IsInside(string host) =>
        !host.Contains('.') || Suffixes.Any(s => host.EndsWith(s, StringComparison.OrdinalIgnoreCase));
}
