using System.Text;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class CallbackSecretTests
{
    private static readonly string Base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("a signing secret"));

    [Theory]
    [InlineData(null, null, "Callbacks:Secret must name the secret")]
    [InlineData("a signing secret", null, "Callbacks:Secret must name the secret")]
    [InlineData("env:HOOK_SECRET", null, "the setting 'HOOK_SECRET'")]
    [InlineData("env:HOOK_SECRET", "no base64!", "the setting 'HOOK_SECRET'")]
    [InlineData("env:HOOK_SECRET", "whsec_", "the setting 'HOOK_SECRET'")]
    public void Options_SecretThatCannotSign_AreRefused(string? reference, string? secret, string part)
    {
        using var bench = New(reference, secret);
        var failure = Assert.Throws<OptionsValidationException>(() => bench.Callbacks);
        Assert.Contains(part, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    public void Options_SecretInBase64_AreTaken(string prefix)
    {
        using var bench = New("env:HOOK_SECRET", prefix + Base64);
        Assert.Equal("hooks.example.com", bench.Callbacks.AllowedHosts);
    }

    [Fact]
    public void Options_CallbacksAreOff_NeedNoSecret()
    {
        using var bench = new ReplayBench();
        Assert.Equal("", bench.Callbacks.AllowedHosts);
    }

    private static ReplayBench New(string? reference, string? secret) => new(new Dictionary<string, string?>
    {
        ["Callbacks:AllowedHosts"] = "hooks.example.com",
        ["Callbacks:Secret"] = reference,
        ["HOOK_SECRET"] = secret,
    });
}
