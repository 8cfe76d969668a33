using Azure.Core;
using Azure.Identity;
using LlmFunctions.Core;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Azure.Tests.Catalog;

public sealed class EntraTokensTests
{
    private readonly FakeCredential _credential = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly EntraTokens _tokens;

    public EntraTokensTests() => _tokens = new(_credential, _time);

    [Fact]
    public async Task GetTokenAsync_UntilFiveMinutesBeforeExpiry_IsTheSame()
    {
        Assert.Equal("a#1", await GetAsync("a"));

        _time.Advance(TimeSpan.FromMinutes(55) - TimeSpan.FromTicks(1));
        Assert.Equal("a#1", await GetAsync("a"));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("a#2", await GetAsync("a"));
    }

    [Fact]
    public async Task GetTokenAsync_TwoScopes_HaveTokensOfTheirOwn()
    {
        Assert.Equal("a#1", await GetAsync("a"));
        Assert.Equal("b#2", await GetAsync("b"));
        Assert.Equal("a#1", await GetAsync("a"));
    }

    [Fact]
    public async Task GetTokenAsync_ManyCallersAtOnce_ShareOneRequest()
    {
        var answer = new TaskCompletionSource<AccessToken>();
        _credential.Answer = (_, _) => new(answer.Task);

        var callers = Enumerable.Range(0, 20).Select(_ => GetAsync("a").AsTask()).ToArray();
        answer.SetResult(new("token", DateTimeOffset.UnixEpoch.AddHours(1)));

        Assert.All(await Task.WhenAll(callers), t => Assert.Equal("token", t));
        Assert.Equal(1, _credential.Count);
    }

    [Fact]
    public async Task GetTokenAsync_FirstCallerLeaves_TheRequestGoesOnForTheOthers()
    {
        var answer = new TaskCompletionSource<AccessToken>();
        _credential.Answer = (_, _) => new(answer.Task);
        using var caller = new CancellationTokenSource();
        var first = _tokens.GetTokenAsync("a", caller.Token).AsTask();
        var second = GetAsync("a").AsTask();

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(new("token", DateTimeOffset.UnixEpoch.AddHours(1)));

        Assert.Equal("token", await second);
    }

    [Fact]
    public async Task GetTokenAsync_NoIdentity_SaysSoAndAsksAgainNextTime()
    {
        _credential.Answer = (_, _) => throw new CredentialUnavailableException("no identity here");
        var failure = await Assert.ThrowsAsync<EntraTokenException>(() => GetAsync("a").AsTask());
        Assert.Equal("Entra ID gave no token for a: no identity here", failure.Message);

        _credential.Answer = null;

        Assert.Equal("a#2", await GetAsync("a"));
    }

    [Fact]
    public async Task GetTokenAsync_NoAnswer_EndsAfterThirtySeconds()
    {
        var asked = new TaskCompletionSource();
        _credential.Answer = async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return default;
        };
        var caller = GetAsync("a").AsTask();
        await asked.Task;

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Contains("within 30 s", (await Assert.ThrowsAsync<EntraTokenException>(() => caller)).Message, StringComparison.Ordinal);
    }

    private ValueTask<string> GetAsync(string scope) => _tokens.GetTokenAsync(scope, CancellationToken.None);
}
