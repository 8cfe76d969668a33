using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>Everything that comes by HTTP. The router itself asks who calls, so the host does not.</summary>
public sealed class RouteFunction(RouterPipeline pipeline)
{
    [Function("Route")]
    public Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = "{*path}")]
        HttpRequest request) => pipeline.RunAsync(request.HttpContext);
}
