using System.Text.Encodings.Web;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Knows callers and operators by their keys, and refuses in the shape of the API that was called.</summary>
internal sealed class KeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRings rings, KnownIdentities known)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Key";
    public const string CallerPolicy = "Caller";
    public const string OperatorPolicy = "Operator";
    public const string AnyonePolicy = "CallerOrOperator";
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
        var hash = PresentedKey.In(Request) is { } key ? KeyRing.Hash(key) : null;
        var operatorName = hash is null ? null : rings.Operators.FindName(hash);
        var callerName = hash is null ? null : rings.Callers.FindName(hash);
        // Where callers have keys, one that is nobody's is a mistake: its owner would not find what was queued under it.
        var mayBeNobody = rings.AllowAnonymous && (hash is null || rings.Callers.IsEmpty);
        return known.ResultFor(operatorName, callerName ?? (mayBeNobody ? Anonymous : null));
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
