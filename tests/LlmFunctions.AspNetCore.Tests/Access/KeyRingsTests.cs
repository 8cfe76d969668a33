using LlmFunctions.AspNetCore.Access;
using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Options;

namespace LlmFunctions.AspNetCore.Tests.Access;

public sealed class KeyRingsTests
{
    private readonly FakeSecrets _secrets = new() { ["OLD"] = "old-key", ["NEW"] = "new-key", ["OPS"] = "ops-key" };

    [Fact]
    public void Create_KeyBeingRotated_BothBelongToTheirOwner()
    {
        var rings = Create(new() { CallerKeys = { ["team-a"] = "env:OLD, env:NEW" }, OperatorKeys = { ["ops"] = "env:OPS" } });
        Assert.Equal("team-a", rings.Callers.FindName(KeyRing.Hash("old-key")));
        Assert.Equal("team-a", rings.Callers.FindName(KeyRing.Hash("new-key")));
        Assert.Null(rings.Callers.FindName(KeyRing.Hash("ops-key")));
        Assert.Equal("ops", rings.Operators.FindName(KeyRing.Hash("ops-key")));
    }

    [Fact]
    public void Create_WrongReferences_TellsEveryErrorAndNoKey()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Create(new()
        {
            CallerKeys = { ["a"] = "sk-secret-itself", ["b"] = "env:MISSING" },
            OperatorKeys = { ["c"] = "env:GONE" },
        }));
        Assert.Equal(
            [
                "Access:CallerKeys:a must be a reference such as env:TEAM_A_KEY, not a key itself.",
                "Access:CallerKeys:b names the setting 'MISSING', which is not set.",
                "Access:OperatorKeys:c names the setting 'GONE', which is not set.",
            ],
            failure.Failures);
    }

    [Fact]
    public void Create_NobodyMayCall_SaysWhatToSet()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Create(new()));
        Assert.Contains("Access__CallerKeys__{name}", Assert.Single(failure.Failures), StringComparison.Ordinal);
        Assert.True(Create(new() { AllowAnonymous = true }).AllowAnonymous);
    }

    private KeyRings Create(AccessOptions options) => new(options, _secrets);

    private sealed class FakeSecrets : Dictionary<string, string>, ISecretSource
    {
        public string? Find(string name) => this.GetValueOrDefault(name);
    }
}
