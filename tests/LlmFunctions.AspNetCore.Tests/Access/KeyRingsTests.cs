using LlmFunctions.AspNetCore.Access;
using LlmFunctions.Core.Forwarding;

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
    public void Validate_WrongReferences_TellsEveryErrorAndNoKey() => Assert.Equal(
        [
            "Access:CallerKeys:a must be a reference such as env:TEAM_A_KEY, not a key itself.",
            "Access:CallerKeys:b names the setting 'MISSING', which is not set.",
            "Access:OperatorKeys:c names the setting 'GONE', which is not set.",
        ],
        Validate(new()
        {
            CallerKeys = { ["a"] = "sk-secret-itself", ["b"] = "env:MISSING" },
            OperatorKeys = { ["c"] = "env:GONE" },
        }));

    [Fact]
    public void Validate_NobodyMayCall_SaysWhatToSet()
    {
        Assert.Contains("Access__CallerKeys__{name}", Assert.Single(Validate(new())), StringComparison.Ordinal);
        Assert.Empty(Validate(new() { AllowAnonymous = true }));
        Assert.True(Create(new() { AllowAnonymous = true }).AllowAnonymous);
    }

    private IEnumerable<string> Validate(AccessOptions options) => new AccessValidation(_secrets).Validate(null, options).Failures ?? [];

    private KeyRings Create(AccessOptions options) => new(options, _secrets, []);

    private sealed class FakeSecrets : Dictionary<string, string>, ISecretSource
    {
        public string? Find(string name) => this.GetValueOrDefault(name);
    }
}
