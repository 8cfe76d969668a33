using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LlmFunctions.Azure.Telemetry;

/// <summary>Sends the router's spans and metrics to Application Insights, beside what the Functions host sends: its requests and the log. It is
/// made once the process runs, since an instance is to serve before it tells.</summary>
internal sealed partial class ApplicationInsightsExport(
    IConfiguration configuration, IServiceProvider services, ILogger<ApplicationInsightsExport> logger) : BackgroundService
{
    public const string ConnectionSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    // ClientId=…;Authorization=AAD
    private const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    private OpenTelemetrySdk? _sdk;

    public override void Dispose()
    {
        _sdk?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            _sdk = OpenTelemetrySdk.Create(Build);
        }
        // A router that cannot tell routes all the same.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            LogNotExported(e);
        }
    }

    private void Build(IOpenTelemetryBuilder builder)
    {
        builder.Services.AddSingleton(configuration);
        // The name under which the host tells.
        var name = configuration["OTEL_SERVICE_NAME"] ?? configuration["WEBSITE_SITE_NAME"] ?? "llm-router";
        builder.ConfigureResource(resource => resource.Clear().AddService(name, autoGenerateServiceInstanceId: false));
        builder.WithTracing(traces => traces.AddSource(RouterTelemetry.Name).AddAzureMonitorTraceExporter(Configure));
        builder.WithMetrics(metrics => metrics.AddMeter(RouterTelemetry.Name).AddAzureMonitorMetricExporter(Configure));
    }

    private void Configure(AzureMonitorExporterOptions options)
    {
        options.ConnectionString = configuration[ConnectionSetting];
        if (configuration[AuthenticationSetting]?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase) == true)
            options.Credential = services.GetRequiredService<TokenCredential>();
        // Only what is the router's; what cannot be sent is dropped and not kept on a disk.
        options.EnableStandardMetrics = false;
        options.EnablePerformanceCounters = false;
        options.EnableLiveMetrics = false;
        options.DisableOfflineStorage = true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spans and metrics are not exported to Application Insights")]
    private partial void LogNotExported(Exception exception);
}
