using LlmFunctions.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.FunctionApp;

/// <summary>The one endpoint table behind the one HTTP function: a pipeline inside the pipeline of the Functions worker.</summary>
public sealed class RouterPipeline
{
    private readonly RequestDelegate _run;

    public RouterPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpoints(endpoints => endpoints.MapLlmRouter());
        _run = app.Build();
    }

    /// <summary>Answers the request; the response is written when the task ends.</summary>
    public Task RunAsync(HttpContext context)
    {
        // The worker has matched its own endpoint, {*path}; routing would take that for the answer and look no further.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        return _run(context);
    }
}
