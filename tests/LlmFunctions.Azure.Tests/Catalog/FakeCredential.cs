using Azure.Core;

namespace LlmFunctions.Azure.Tests.Catalog;

/// <summary>Gives out tokens <c>scope#1</c>, <c>scope#2</c>, … or whatever <see cref="Answer"/> says.</summary>
internal sealed class FakeCredential : TokenCredential
{
    private int _count;

    public int Count => _count;

    public Func<TokenRequestContext, CancellationToken, ValueTask<AccessToken>>? Answer { get; set; }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _count);
        return Answer is { } answer
            ? answer(requestContext, cancellationToken)
            : new(new AccessToken($"{requestContext.Scopes[0]}#{number}", DateTimeOffset.UnixEpoch.AddHours(1)));
    }
}
