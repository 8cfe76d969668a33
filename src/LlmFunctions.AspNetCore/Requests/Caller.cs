using System.Security.Claims;
using LlmFunctions.AspNetCore.Access;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Who calls.</summary>
internal static class Caller
{
    /// <summary>The name of the caller's key; it owns what the caller sends.</summary>
    public static string NameOf(HttpContext context) =>
        context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? KeyAuthenticationHandler.Anonymous;

    public static bool IsOperator(HttpContext context) => context.User.IsInRole(KeyAuthenticationHandler.OperatorRole);
}
