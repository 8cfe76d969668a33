using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>The identity of each key's owner, made at its first request and kept: there are as many as keys. Thread-safe.</summary>
internal sealed class KnownIdentities
{
    private static readonly Task<AuthenticateResult> Nobody = Task.FromResult(AuthenticateResult.NoResult());

    private readonly ConcurrentDictionary<(string? Operator, string? Caller), Task<AuthenticateResult>> _results = new();

    /// <summary>A finished task.</summary>
    /// <param name="operatorName">Whose operator's key was presented, if one was.</param>
    /// <param name="callerName">Whose caller's key was presented, if one was.</param>
    public Task<AuthenticateResult> ResultFor(string? operatorName, string? callerName) =>
        operatorName is null && callerName is null ? Nobody : _results.GetOrAdd((operatorName, callerName), Create);

    private static Task<AuthenticateResult> Create((string? Operator, string? Caller) names)
    {
        var claims = new List<Claim>();
        if (names.Operator is { } operatorName)
            claims.AddRange([new(ClaimTypes.Role, KeyAuthenticationHandler.OperatorRole), new(ClaimTypes.Name, operatorName)]);
        if (names.Caller is { } callerName)
            claims.AddRange([new(ClaimTypes.Role, KeyAuthenticationHandler.CallerRole), new(ClaimTypes.NameIdentifier, callerName)]);

        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, KeyAuthenticationHandler.SchemeName));
        return Task.FromResult(AuthenticateResult.Success(new(principal, KeyAuthenticationHandler.SchemeName)));
    }
}
