using System.Security.Claims;
using System.Text.Encodings.Web;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Knows callers and operators by their keys, and refuses in the shape of the API that was called.</summary>
internal sealed class KeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRings rings)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Key";
    public const string CallerPolicy = "Caller";
    public const string OperatorPolicy = "Operator";
    public const string CallerRole = "caller";
    public const string OperatorRole = "operator";
    public const string Anonymous = "anonymous";

    private static RouterError CallerNeeded { get; } = new(
        403, "caller_key_needed", "This path needs a caller's key; an operator's is for /manage/*.")
    {
        ShouldRetry = false,
    };

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var claims = new List<Claim>();
        var key = PresentedKey.In(Request);
        if (key is not null && rings.Operators.FindName(key) is { } operatorName)
            claims.AddRange([new(ClaimTypes.Role, OperatorRole), new(ClaimTypes.Name, operatorName)]);
        if (key is not null && rings.Callers.FindName(key) is { } callerName)
            claims.AddRange([new(ClaimTypes.Role, CallerRole), new(ClaimTypes.NameIdentifier, callerName)]);
        else if (rings.AllowAnonymous)
            claims.AddRange([new(ClaimTypes.Role, CallerRole), new(ClaimTypes.NameIdentifier, Anonymous)]);
        if (claims.Count == 0)
            return Task.FromResult(AuthenticateResult.NoResult());

        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name));
        return Task.FromResult(AuthenticateResult.Success(new(principal, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => ErrorWriter.WriteAsync(Context, new RouterError(
        401,
        "invalid_api_key",
        PresentedKey.In(Request) is null
            ? "No key was sent. Send the router's key as Authorization: Bearer, api-key or x-api-key."
            : "The key is not one of the router's. Ask its operator for one; an endpoint's own key is not needed.")
    {
        ShouldRetry = false,
    });

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ErrorWriter.WriteAsync(Context, Context.User.IsInRole(OperatorRole) ? CallerNeeded : OperatorNeeded(rings.Operators.IsEmpty));

    private static RouterError OperatorNeeded(bool isClosed) => new(
        403,
        "operator_key_needed",
        isClosed
            ? "Operations are closed: set Access__OperatorKeys__{name} to a reference such as env:OPERATOR_KEY."
            : "This path needs an operator's key.")
    {
        ShouldRetry = false,
    };
}
