using LlmFunctions.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>Liveness and readiness, as Kubernetes and load balancers ask for them.</summary>
internal static class HealthCalls
{
    public static Task LiveAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"live":true}""", context.RequestAborted);
    }

    public static async Task ReadyAsync(HttpContext context, Readiness readiness)
    {
        var view = await readiness.LookAsync(context.RequestAborted);
        context.Response.StatusCode = view.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsJsonAsync(view, RouterJson.Plain.ReadinessView, cancellationToken: context.RequestAborted);
    }
}
