using LlmFunctions.AspNetCore.Access;
using LlmFunctions.AspNetCore.Manage;
using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.AspNetCore.Surfaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmFunctions.AspNetCore;

/// <summary>The one endpoint table of both hosts.</summary>
public static class RouterEndpoints
{
    /// <summary>Goes before everything else: what nobody foresaw is answered in the shape of the API that was called.</summary>
    public static IApplicationBuilder UseRouterErrors(this IApplicationBuilder app) => app.UseMiddleware<UnforeseenErrors>();

    /// <summary>Maps every surface and the operations. Needs <see cref="HttpRegistration.AddRouterHttp"/>.</summary>
    public static void MapLlmRouter(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSurfaces();
        endpoints.MapHealth();
        endpoints.MapManagement();
        endpoints.MapFallback("{**path}", Unserved.AnswerAsync);
        endpoints.ServiceProvider.GetRequiredService<MappedMethods>().Use(endpoints.DataSources);
    }

    private static void MapSurfaces(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var calls = services.GetRequiredService<ModelCalls>();
        var explain = services.GetRequiredService<ExplainCall>();
        var requests = services.GetRequiredService<RequestCalls>();
        var models = services.GetRequiredService<ModelList>();
        var callers = endpoints.MapGroup("").RequireAuthorization(KeyAuthenticationHandler.CallerPolicy);

        foreach (var list in (ReadOnlySpan<string>)["/v1/models", "/openai/v1/models", "/openai/models"])
        {
            callers.MapGet(list, (RequestDelegate)models.ListAsync);
            callers.MapGet(list + "/{**model}", (RequestDelegate)(context => models.ShowAsync(context, Text(context, "model"))));
        }

        callers.MapPost("/v1/explain", (RequestDelegate)explain.HandleAsync);
        callers.MapGet("/v1/requests/{id}", (RequestDelegate)(context => requests.ShowAsync(context, Text(context, "id"))));
        callers.MapGet("/v1/requests/{id}/response", (RequestDelegate)(context => requests.ShowAnswerAsync(context, Text(context, "id"))));
        endpoints.MapGet("/v1/requests/{id}/decision", (RequestDelegate)(context => requests.ShowDecisionAsync(context, Text(context, "id"))))
            .RequireAuthorization(KeyAuthenticationHandler.AnyonePolicy);
        callers.MapDelete("/v1/requests/{id}", (RequestDelegate)(context => requests.CancelAsync(context, Text(context, "id"))));
        callers.Map("/v1/{**rest}", (RequestDelegate)calls.HandleAsync);
        callers.Map("/openai/{**rest}", (RequestDelegate)calls.HandleAsync);
    }

    private static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var readiness = endpoints.ServiceProvider.GetRequiredService<Readiness>();
        // Some load balancers ask with HEAD.
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        endpoints.MapMethods("/health/live", methods, (RequestDelegate)HealthCalls.LiveAsync);
        endpoints.MapMethods("/health/ready", methods, (RequestDelegate)(context => HealthCalls.ReadyAsync(context, readiness)));
    }

    private static void MapManagement(this IEndpointRouteBuilder endpoints)
    {
        var catalog = endpoints.ServiceProvider.GetRequiredService<CatalogCalls>();
        var letters = endpoints.ServiceProvider.GetRequiredService<DeadLetterCalls>();
        var deployments = endpoints.ServiceProvider.GetRequiredService<DeploymentCalls>();
        var manage = endpoints.MapGroup("/manage").RequireAuthorization(KeyAuthenticationHandler.OperatorPolicy);

        manage.MapGet("/availability", (RequestDelegate)endpoints.ServiceProvider.GetRequiredService<AvailabilityCalls>().ShowAsync);
        manage.MapGet("/catalog", (RequestDelegate)catalog.ShowAsync);
        manage.MapPut("/catalog", (RequestDelegate)catalog.PublishAsync);
        manage.MapGet("/catalog/versions", (RequestDelegate)catalog.ListAsync);
        manage.MapGet("/catalog/versions/{number:long}", (RequestDelegate)(context => catalog.ShowAsync(context, Number(context))));
        manage.MapPost("/catalog/versions/{number:long}/restore", (RequestDelegate)(context => catalog.RollBackAsync(context, Number(context))));
        manage.MapGet("/dead-letters", (RequestDelegate)letters.ListAsync);
        manage.MapGet("/dead-letters/{id}", (RequestDelegate)(context => letters.ShowAsync(context, Text(context, "id"))));
        manage.MapPost("/dead-letters/{id}/replay", (RequestDelegate)(context => letters.ReplayAsync(context, Text(context, "id"))));
        manage.MapDelete("/dead-letters/{id}", (RequestDelegate)(context => letters.DiscardAsync(context, Text(context, "id"))));
        manage.MapGet("/deployments", (RequestDelegate)deployments.ListAsync);
        manage.MapPost("/deployments/{id}/drain", (RequestDelegate)(context => deployments.SetDrainingAsync(context, Text(context, "id"), draining: true)));
        manage.MapPost("/deployments/{id}/resume", (RequestDelegate)(context => deployments.SetDrainingAsync(context, Text(context, "id"), draining: false)));
    }

    private static string Text(HttpContext context, string name) => Uri.UnescapeDataString((string)context.Request.RouteValues[name]!);

    private static long Number(HttpContext context) => long.Parse(Text(context, "number"), System.Globalization.CultureInfo.InvariantCulture);
}
