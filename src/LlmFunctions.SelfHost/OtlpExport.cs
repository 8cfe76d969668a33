using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LlmFunctions.SelfHost;

/// <summary>Sends spans and metrics by OTLP, as OpenTelemetry's own variables (<c>OTEL_…</c>) say. In a class of its own, so that nothing of
/// OpenTelemetry is loaded where nobody asked for it.</summary>
internal static class OtlpExport
{
    /// <summary>Where to: <c>http://collector:4317</c>. Without it nothing is exported.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ServiceName = "llm-router";

    // The platform's own meters: requests and connections of callers, connections to endpoints, memory and threads.
    private static readonly string[] Meters =
        [RouterTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    /// <exception cref="OptionsValidationException">The endpoint is no address: the exporter itself would export nothing and say nothing.</exception>
    public static void AddTo(IServiceCollection services, string endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new OptionsValidationException(EndpointSetting, typeof(Uri), [$"{EndpointSetting} must be an address such as http://collector:4317, not '{endpoint}'."]);
        services.AddOpenTelemetry()
            // What comes later wins: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES over our name.
            .ConfigureResource(resource => resource.Clear().AddService(ServiceName).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(RouterTelemetry.Name).AddAspNetCoreInstrumentation(Configure).AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter());
    }

    private static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        // Kubernetes asks every few seconds.
        options.Filter = context => !context.Request.Path.StartsWithSegments("/health");
        // A query is a caller's own text.
        options.EnrichWithHttpRequest = static (span, _) => span.SetTag("url.query", null);
    }
}
