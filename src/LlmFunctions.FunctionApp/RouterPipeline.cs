using LlmFunctions.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.FunctionApp;

/// <summary>The endpoint table behind the one HTTP function: the same that the self-host maps, built once.</summary>
public sealed class RouterPipeline
{
    private readonly RequestDelegate _pipeline;

    public RouterPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouterErrors();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpoints(endpoints => endpoints.MapLlmRouter());
        _pipeline = app.Build();
    }

    /// <summary>Answers a request that the Functions host has routed to its only HTTP function.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        // The host's own match would make our routing stand back, and its {*path} would mix with our route values.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        try
        {
            await _pipeline(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left: nobody is to be told, and the function has not failed.
        }
        catch
        {
            Fail(context);
            throw;
        }
    }

    // When a function throws, the worker ends its response as it stands: an empty 200, or a cut that looks like the end.
    private static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }
}
