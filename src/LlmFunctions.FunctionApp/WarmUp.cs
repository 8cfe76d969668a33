using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.FunctionApp;

/// <summary>Sends two requests through the pipeline as soon as the worker runs, so that its first caller does not wait for what is made
/// at the first request. Neither attempts anything: one asks for readiness, the other has no body.</summary>
internal sealed partial class WarmUp(RouterPipeline pipeline, IServiceScopeFactory scopes, ILogger<WarmUp> logger) : BackgroundService
{
    private static readonly (string Method, string Path)[] Requests = [(HttpMethods.Get, "/health/ready"), (HttpMethods.Post, "/v1/chat/completions")];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var (method, path) in Requests)
                await SendAsync(method, path, stoppingToken);
        }
        // The edge of this trigger: an instance that is not warm serves all the same.
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task SendAsync(string method, string path, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = stoppingToken };
        context.Request.Method = method;
        context.Request.Path = path;
        await pipeline.InvokeAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The instance could not be warmed up; its first requests take longer")]
    private partial void LogFailed(Exception exception);
}
