namespace LlmFunctions.Benchmarks.ColdStart;

/// <summary>The least an ASP.NET Core app can be that answers the same call.</summary>
internal static class EmptyApp
{
    public static WebApplication Build(string address)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.MapPost(Subjects.FastEndpoint.ChatPath, (RequestDelegate)(context => context.Response.WriteAsync("{}")));
        return app;
    }
}
