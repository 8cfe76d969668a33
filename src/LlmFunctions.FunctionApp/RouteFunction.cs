using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>Every HTTP request. Anonymous at the host's level: the router authenticates.</summary>
public sealed class RouteFunction(RouterPipeline pipeline)
{
    [Function("Route")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = "{*path}")] HttpRequest request)
    {
        await pipeline.InvokeAsync(request.HttpContext);
        return Results.Empty;
    }
}
