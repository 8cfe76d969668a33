using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>Every HTTP request. Anonymous at the host's level: the router authenticates.</summary>
public sealed class RouteFunction(RouterPipeline pipeline)
{
    [Function("Route")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = "{*path}")] HttpRequest request,
        FunctionContext invocation)
    {
        Join(request, invocation.TraceContext);
        await pipeline.InvokeAsync(request.HttpContext);
        return Results.Empty;
    }

    // The host's own span stands between the caller's and the router's; what the host hands the worker over HTTP need not name it.
    private static void Join(HttpRequest request, TraceContext trace)
    {
        if (string.IsNullOrEmpty(trace.TraceParent))
            return;
        request.Headers.TraceParent = trace.TraceParent;
        request.Headers.TraceState = trace.TraceState;
    }
}
