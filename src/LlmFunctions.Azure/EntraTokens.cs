using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using LlmFunctions.Core;

namespace LlmFunctions.Azure;

/// <summary>Keeps one token per scope until shortly before it expires. Callers who find none share one request for it. Thread-safe.</summary>
public sealed class EntraTokens(TokenCredential credential, TimeProvider timeProvider) : IEntraTokens
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, AccessToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<string>> _requests = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken)
    {
        if (TryGetKept(scope, out var kept))
            return ValueTask.FromResult(kept);
        Task<string>? request;
        lock (_lock)
        {
            if (TryGetKept(scope, out kept))
                return ValueTask.FromResult(kept);
            if (!_requests.TryGetValue(scope, out request) || request.IsCompleted)
                _requests[scope] = request = Task.Run(() => RequestAsync(scope), CancellationToken.None);
        }
        // The request goes on for the others when this caller leaves.
        return new(request.WaitAsync(cancellationToken));
    }

    private bool TryGetKept(string scope, out string token)
    {
        var found = _tokens.TryGetValue(scope, out var kept) && kept.ExpiresOn - Margin > timeProvider.GetUtcNow();
        token = found ? kept.Token : "";
        return found;
    }

    private async Task<string> RequestAsync(string scope)
    {
        using var limit = new CancellationTokenSource(Limit, timeProvider);
        try
        {
            var token = await credential.GetTokenAsync(new TokenRequestContext([scope]), limit.Token);
            _tokens[scope] = token;
            return token.Token;
        }
        catch (AuthenticationFailedException e)
        {
            throw new EntraTokenException($"Entra ID gave no token for {scope}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new EntraTokenException($"Entra ID gave no token for {scope} within {Limit.TotalSeconds:0} s.", e);
        }
    }
}
