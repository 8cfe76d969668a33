using System.Text;
using LlmFunctions.Core.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>An endpoint on a loopback port that answers as a test says, under a name of its own.</summary>
internal sealed class ScriptedEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly EndpointKind _kind;

    private ScriptedEndpoint(WebApplication app, EndpointKind kind) => (_app, _kind) = (app, kind);

    public string Name { get; } = TelemetryRecorder.NewName("endpoint");

    public string Deployment => $"gpt@{Name}";

    public Uri Address => new(_app.Urls.First());

    public static async Task<ScriptedEndpoint> StartAsync(RequestDelegate answer, EndpointKind kind = EndpointKind.OpenAi)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new(app, kind);
    }

    /// <summary>Answers with a status and a body.</summary>
    public static Task<ScriptedEndpoint> StartAsync(int status, string body, string type = "application/json", EndpointKind kind = EndpointKind.OpenAi) => StartAsync(
        async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        },
        kind);

    public DeploymentConfig Config() => new()
    {
        Id = new("gpt", Name),
        NameThere = "gpt-there",
        Endpoint = new()
        {
            Name = Name,
            Kind = _kind,
            Address = new($"{Address.AbsoluteUri}v1"),
            AllowInsecure = true,
            ApiVersion = _kind is EndpointKind.AzureDeployments ? "2024-10-21" : null,
            Credential = new(CredentialKind.Setting, "KEY"),
        },
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
