using LlmFunctions.Core.Replay;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class CallbackHostsTests
{
    [Theory]
    [InlineData("https://hooks.example.com/x", true)]
    [InlineData("https://HOOKS.example.com/x", true)]
    [InlineData("https://a.apps.example.org/x", true)]
    [InlineData("https://apps.example.org/x", false)]
    [InlineData("https://evilapps.example.org/x", false)]
    [InlineData("https://hooks.example.com.evil.net/x", false)]
    [InlineData("http://hooks.example.com/x", false)]
    [InlineData("https://user@hooks.example.com/x", false)]
    [InlineData("ftp://hooks.example.com/x", false)]
    public void Refuse_ByHostAndScheme_AllowsOnlyTheList(string address, bool isAllowed)
    {
        var hosts = new CallbackHosts(new CallbackOptions { AllowedHosts = "hooks.example.com, *.apps.example.org" });
        Assert.Equal(isAllowed, hosts.Refuse(new Uri(address)) is null);
    }

    [Fact]
    public void Refuse_NoList_RefusesAll() => Assert.NotNull(new CallbackHosts(new CallbackOptions()).Refuse(new Uri("https://hooks.example.com")));
}
