namespace LlmFunctions.Core.Replay;

/// <summary>Which callback addresses may be asked for.</summary>
public sealed class CallbackHosts(CallbackOptions options)
{
    private readonly string[] _hosts = options.AllowedHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Why the address is refused, or null when it is allowed.</summary>
    public string? Refuse(Uri callback)
    {
        if (!callback.IsAbsoluteUri || callback.UserInfo.Length > 0)
            return "The callback must be an absolute address without a user name.";
        if (callback.Scheme != Uri.UriSchemeHttps && !(options.AllowPrivateAddresses && callback.Scheme == Uri.UriSchemeHttp))
            return "The callback must be an https address.";
        return _hosts.Any(host => Matches(host, callback.IdnHost))
            ? null
            : $"The host '{callback.IdnHost}' may not be called back; an operator allows hosts in Callbacks__AllowedHosts.";
    }

    private static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
