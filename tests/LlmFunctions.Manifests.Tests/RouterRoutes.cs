using LlmFunctions.SelfHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Configuration;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The router, built with the settings of a manifest and not started.</summary>
internal static class RouterRoutes
{
    public static WebApplication Build(IEnumerable<KeyValuePair<string, string>> environment) => RouterHost.Build([], builder =>
    {
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
    });

    /// <summary>Whether an endpoint other than the catch-alls is mapped for the method and path.</summary>
    public static bool Maps(WebApplication app, string method, string path) =>
        ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Any(endpoint =>
            !endpoint.RoutePattern.Parameters.Any(parameter => parameter.IsCatchAll)
            && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true
            && Matches(endpoint.RoutePattern, path));

    private static bool Matches(RoutePattern pattern, string path) =>
        new TemplateMatcher(new RouteTemplate(pattern), []).TryMatch(path, []);
}
