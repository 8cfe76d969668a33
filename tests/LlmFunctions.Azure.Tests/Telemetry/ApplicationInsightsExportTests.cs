using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Azure.Core;
using LlmFunctions.Core.Telemetry;
using LlmFunctions.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.Azure.Tests.Telemetry;

/// <summary>What Application Insights gets of a router.</summary>
public sealed class ApplicationInsightsExportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    public async Task Export_SpansAndMetrics_ArriveBelowTheHostsSpanWhateverItsFlags(string flags)
    {
        await using var ingestion = await Ingestion.StartAsync();
        using var source = new ActivitySource(RouterTelemetry.Name);
        using var meter = new Meter(RouterTelemetry.Name);
        var counter = meter.CreateCounter<long>("llm_router.requests");
        var (trace, parent) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        var settings = new Dictionary<string, string?>
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = ingestion.ConnectionString,
            ["WEBSITE_SITE_NAME"] = "my-app",
            // By default it is 5 traces a second, of which this one need not be.
            ["OTEL_TRACES_SAMPLER"] = "microsoft.fixed_percentage",
            ["OTEL_TRACES_SAMPLER_ARG"] = "1",
        };
        using (var host = Host(settings))
        {
            await host.StartAsync();
            await Eventually.IsTrueAsync(source.HasListeners, Patience);
            await Eventually.IsTrueAsync(() => counter.Enabled, Patience);
            Assert.True(ActivityContext.TryParse($"00-{trace}-{parent}-{flags}", null, isRemote: true, out var hosts));
            using (var route = source.StartActivity("route m", ActivityKind.Internal, hosts))
            {
                route?.SetTag("llm_router.result", "answered");
                using var attempt = source.StartActivity("chat gpt", ActivityKind.Client);
                attempt?.SetTag("llm_router.outcome", "200");
            }

            counter.Add(3, new KeyValuePair<string, object?>("llm_router.model", "m"));
            await host.StopAsync();
        }

        await Eventually.IsTrueAsync(() => Spans(ingestion, trace).Count >= 2 && Metrics(ingestion).Any(), Patience);
        var spans = Spans(ingestion, trace);
        Assert.Equal(["chat gpt", "route m"], spans.Keys.Order());
        Assert.Equal(parent.ToString(), (string?)spans["route m"]["tags"]!["ai.operation.parentId"]);
        Assert.Equal((string?)DataOf(spans["route m"])["id"], (string?)spans["chat gpt"]["tags"]!["ai.operation.parentId"]);
        Assert.Equal("answered", (string?)DataOf(spans["route m"])["properties"]!["llm_router.result"]);
        Assert.All(spans.Values, span => Assert.Equal("my-app", (string?)span["tags"]!["ai.cloud.role"]));
        var metric = Assert.Single(Metrics(ingestion));
        Assert.Equal((3, "m"), ((int)metric["metrics"]![0]!["value"]!, (string?)metric["properties"]!["llm_router.model"]));
    }

    [Fact]
    public async Task Start_ConnectionThatCannotBeRead_RunsAllTheSame()
    {
        using var host = Host(new() { ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "nonsense" });
        await host.StartAsync();
        var export = Assert.Single(host.Services.GetServices<IHostedService>().OfType<BackgroundService>());
        await export.ExecuteTask!;
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("ClientId=6f0c1e1a-0000-0000-0000-000000000000;Authorization=AAD", 1)]
    [InlineData(null, 0)]
    public async Task Start_AuthenticationString_SaysWhetherTheRoutersIdentityIsUsed(string? authentication, int expected)
    {
        var asked = 0;
        using var host = Host(
            new()
            {
                ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey={Guid.Empty};IngestionEndpoint=https://127.0.0.1:1/",
                ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = authentication,
            },
            services => services.AddTransient<TokenCredential>(_ =>
            {
                Interlocked.Increment(ref asked);
                return DelegatedTokenCredential.Create((_, _) => throw new InvalidOperationException("Nobody signs in here."));
            }));
        await host.StartAsync();
        await Assert.Single(host.Services.GetServices<IHostedService>().OfType<BackgroundService>()).ExecuteTask!;
        Assert.Equal(expected, Math.Min(asked, 1));
        await host.StopAsync();
    }

    [Fact]
    public void Add_WithoutAConnectionString_AddsNothing()
    {
        using var host = Host([]);
        Assert.DoesNotContain(host.Services.GetServices<IHostedService>(), service => service is BackgroundService);
    }

    private static IHost Host(Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddApplicationInsights(builder.Configuration);
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    private static Dictionary<string, JsonNode> Spans(Ingestion ingestion, ActivityTraceId trace) => ingestion.Items
        .Where(item => (string?)item["tags"]!["ai.operation.id"] == trace.ToString()).ToDictionary(item => (string)DataOf(item)["name"]!);

    private static IEnumerable<JsonNode> Metrics(Ingestion ingestion) =>
        ingestion.Items.Select(DataOf).Where(data => (string?)data["metrics"]?[0]?["name"] == "llm_router.requests");

    private static JsonNode DataOf(JsonNode item) => item["data"]!["baseData"]!;
}
