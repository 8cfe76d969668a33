using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>Answers what leads nowhere: 405 where another method is served, else 404 with what is served.</summary>
internal static class Unserved
{
    public static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value is { Length: > 0 } asked ? asked : "/";
        var methods = context.RequestServices.GetRequiredService<MappedMethods>().At(path);
        if (methods.Count > 0 && !methods.Contains(context.Request.Method))
            return RefuseMethodAsync(context, methods);
        return ErrorWriter.WriteAsync(context, context.Request.Path.StartsWithSegments("/manage", StringComparison.OrdinalIgnoreCase) && Caller.IsOperator(context)
            ? ReadErrors.OperationNotServed(path)
            : ReadErrors.NotServed(path));
    }

    public static Task RefuseMethodAsync(HttpContext context, params IReadOnlyList<string> methods)
    {
        context.Response.Headers.Allow = string.Join(", ", methods);
        return ErrorWriter.WriteAsync(context, ReadErrors.MethodNotAllowed(context.Request.Method, context.Request.Path.Value ?? "/", methods));
    }
}
