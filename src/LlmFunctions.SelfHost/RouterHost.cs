using LlmFunctions.AspNetCore;
using LlmFunctions.Azure;
using LlmFunctions.Core;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Replay;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace LlmFunctions.SelfHost;

/// <summary>The router on Kestrel: the same endpoint table and services as the function app, with the prober as a hosted service.</summary>
public static class RouterHost
{
    // Below every other source, so that any of them can say otherwise.
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Azure"] = "Warning",
    };

    // As on Functions and in the playground.
    private const string UsualAddress = "http://localhost:7071";
    private static readonly string[] AddressSettings = ["urls", "http_ports", "https_ports"];

    /// <summary>Builds the application; the caller runs it. It listens at http://localhost:7071 unless the settings say where.</summary>
    /// <param name="args">Settings as <c>--Name value</c>, over the environment's and appsettings.json's.</param>
    /// <param name="configure">Last changes, such as settings and services of a test.</param>
    /// <exception cref="OptionsValidationException">A section of the settings is wrong; an <see cref="AggregateException"/> of them: several are.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        configure?.Invoke(builder);
        if (!AddressSettings.Any(name => builder.Configuration[name] is { Length: > 0 }) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(UsualAddress);
        builder.Services.AddRouterCore(builder.Configuration).AddProberLoop().AddSweeperLoop();
        builder.Services.AddRouterHttp(builder.Configuration);
        builder.Services.AddAzureStorage(builder.Configuration).AddStorageQueueReceiver();
        if (builder.Configuration[OtlpExport.EndpointSetting] is { } otlp && !string.IsNullOrWhiteSpace(otlp))
            OtlpExport.AddTo(builder.Services, otlp);

        var app = builder.Build();
        // First of all: what is made for the endpoints would tell of its own settings only.
        SettingErrors.Validate(app.Services);
        app.UseRouterErrors();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapLlmRouter();
        return app;
    }
}
