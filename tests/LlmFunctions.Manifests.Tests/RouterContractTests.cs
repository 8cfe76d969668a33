using System.Globalization;
using System.Text.Json;
using LlmFunctions.AspNetCore;
using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Manifests.Tests;

/// <summary>What the manifests say of the router, against the router's code.</summary>
public sealed class RouterContractTests
{
    private static readonly KeyValuePair<string, string> Storage = new("AzureWebJobsStorage", "UseDevelopmentStorage=true");

    [Fact]
    public void Probes_OfTheRouter_AskPathsThatAreMapped()
    {
        using var app = RouterRoutes.Build([Storage, new("Access__AllowAnonymous", "true")]);

        Assert.All(Routers(), router =>
        {
            Assert.Equal("/health/live", router.Container.Text("startupProbe.httpGet.path"));
            Assert.Equal("/health/live", router.Container.Text("livenessProbe.httpGet.path"));
            Assert.Equal("/health/ready", router.Container.Text("readinessProbe.httpGet.path"));
            foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
                Assert.True(RouterRoutes.Maps(app, "GET", router.Container.Text($"{probe}.httpGet.path")!));
        });
        Assert.False(RouterRoutes.Maps(app, "GET", "/health/nowhere"));
    }

    [Fact]
    public void Settings_OfEveryRouter_AreReadByTheCode() => Assert.All(
        Routers().SelectMany(router => router.Environment.Keys),
        name => Assert.True(RouterSettings.IsKnown(name), $"Nothing reads {name}."));

    [Theory]
    [InlineData("Http__DrainLimits")]
    [InlineData("Access__Callers__team")]
    [InlineData("AzureWebJobsStorage__account")]
    [InlineData("AzureWebJobs.Replay.Disabled")]
    public void Settings_WithAWrongName_AreNotKnown(string name) => Assert.False(RouterSettings.IsKnown(name));

    [Fact]
    public void Settings_OfEveryRouter_BindAndPassTheChecksOfTheStart() => Assert.All(Routers(), router =>
    {
        // base names no storage: its overlays do.
        var environment = router.Environment.Where(pair => pair.Key != "FallbackQueue").ToDictionary();
        if (!environment.Keys.Any(name => name.StartsWith("AzureWebJobsStorage", StringComparison.Ordinal)))
            environment.Add(Storage.Key, Storage.Value);
        // The keys come out of a Secret.
        foreach (var reference in environment.Values.Where(value => value.StartsWith("env:", StringComparison.Ordinal)).ToArray())
            environment[reference["env:".Length..]] = "key";
        using var app = RouterRoutes.Build(environment);

        app.Services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(router.Environment["Http__DrainLimit"], app.Services.GetRequiredService<RouterHttpOptions>().DrainLimit.ToString("c", CultureInfo.InvariantCulture));
    });

    [Fact]
    public void FlatSettings_AreReadBySource()
    {
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*Binding.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(RouterSettings.FlatNames, name => Assert.Contains($"\"{name.Split("__")[0]}\"", source, StringComparison.Ordinal));
    }

    [Fact]
    public void SelfHosts_NeverChooseServiceBus() => Assert.All(
        Routers().Where(router => router.Container.Text("name") == "router"),
        router => Assert.NotEqual("service-bus", router.Environment.GetValueOrDefault("FallbackQueue")));

    [Fact]
    public void FunctionApp_ItsTriggersAndQueue_AreOne()
    {
        var functions = Routers().Single(router => router.Container.Text("name") == "functions");
        var trigger = functions.In.Resources.Single(manifest => manifest.Kind == "ScaledObject").Root.Items("spec.triggers").First(t => t.Text("type") == "azure-servicebus");

        Assert.Equal("service-bus", functions.Environment["FallbackQueue"]);
        Assert.Equal("true", functions.Environment["AzureWebJobs.ReplayFromStorageQueue.Disabled"]);
        Assert.DoesNotContain("AzureWebJobs.ReplayFromServiceBus.Disabled", functions.Environment.Keys);
        // At most 32 lower-case letters, digits and hyphens, and the same in every pod.
        Assert.Matches("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", functions.Environment["AzureFunctionsWebHost__hostid"]);
        Assert.Equal(functions.Environment["FallbackQueueName"], trigger.Text("metadata.queueName"));
        Assert.StartsWith(trigger.Text("metadata.namespace") + ".", functions.Environment["ServiceBus__fullyQualifiedNamespace"], StringComparison.Ordinal);
        foreach (var name in (string[])["ProbeSchedule", "SweepSchedule", "FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsDisableHomepage"])
            Assert.Equal(Sample(name), functions.Environment[name]);
    }

    [Fact]
    public void GracePeriod_CoversPreStopAndDrain() => Assert.All(Routers(), router =>
    {
        var drain = TimeSpan.Parse(router.Environment["Http__DrainLimit"], CultureInfo.InvariantCulture);
        var preStop = router.Container.Number("lifecycle.preStop.sleep.seconds")!.Value;
        var readiness = router.Container.At("readinessProbe");
        var noticed = readiness.Number("periodSeconds")!.Value * readiness.Number("failureThreshold")!.Value;

        Assert.True(router.Deployment.Pod.Number("spec.terminationGracePeriodSeconds") >= preStop + drain.TotalSeconds + 5);
        Assert.InRange(preStop, noticed, 30);
    });

    [Fact]
    public void Memory_CoversTheBuffersOfTheBodies() => Assert.All(Routers(), router =>
    {
        var limit = router.Container.Text("resources.limits.memory")!;
        Assert.EndsWith("Gi", limit, StringComparison.Ordinal);
        var buffers = long.Parse(router.Environment.GetValueOrDefault("Http__MaxBufferedBodies") ?? "268435456", CultureInfo.InvariantCulture);
        Assert.True(long.Parse(limit[..^2], CultureInfo.InvariantCulture) * 1024 * 1024 * 1024 >= 2 * buffers);
    });

    [Fact]
    public void Catalogs_AreSound() => Assert.All(
        Directory.EnumerateFiles(Repository.Kubernetes, "catalog.json", SearchOption.AllDirectories),
        file => Assert.Empty(CatalogParser.Parse(File.ReadAllText(file)).Errors));

    [Fact]
    public void Catalogs_OfEveryRouter_AreMountedWhereItReadsThem() => Assert.All(Routers(), router =>
    {
        Assert.NotNull(router.In.Catalog);
        var folder = Path.GetDirectoryName(router.Environment["CatalogFile"]);
        var mount = Assert.Single(router.Container.Items("volumeMounts"), one => one.Text("mountPath") == folder);
        var volume = router.Deployment.Pod.Items("spec.volumes").Single(one => one.Text("name") == mount.Text("name"));
        var generator = volume.Text("configMap.name");
        Assert.Contains(router.In.GeneratedNames("configMapGenerator"), name => name == generator);
    });

    [Fact]
    public void Catalogs_EndpointsInTheCluster_AreServicesWithThatPort() => Assert.All(Kustomization.All, one =>
    {
        var services = one.Resources.Where(manifest => manifest.Kind == "Service").ToList();
        foreach (var endpoint in CatalogParser.Parse(File.ReadAllText(one.Catalog!)).Config!.Endpoints.Values.Where(endpoint => endpoint.AllowInsecure))
        {
            var host = endpoint.Address.Host.Split('.');
            var service = Assert.Single(services, manifest => manifest.Name == host[0]);
            Assert.Contains(endpoint.Address.Port.ToString(CultureInfo.InvariantCulture), service.Root.Items("spec.ports").Select(port => port.Text("port")));
            Assert.True(host.Length == 1 || host[1] == one.File.Root.Text("namespace"));
        }
    });

    [Fact]
    public void Catalog_OfVllm_HasOneActiveAndOneStandby()
    {
        var vllm = Kustomization.All.Single(one => one.Name.EndsWith("/vllm", StringComparison.Ordinal));
        var model = Assert.Single(CatalogParser.Parse(File.ReadAllText(vllm.Catalog!)).Config!.Models.Values);

        Assert.Equal(["active", "standby"], model.Deployments.OrderBy(d => d.Tier).Select(d => d.Endpoint.Name));
        Assert.Equal([0, 1], model.Deployments.OrderBy(d => d.Tier).Select(d => d.Tier));
        Assert.All(vllm.Resources.Where(r => r.Kind == "Deployment" && r.Name.StartsWith("vllm-", StringComparison.Ordinal)), deployment =>
        {
            var container = Assert.Single(deployment.Containers);
            var arguments = container.Texts("args").ToList();
            Assert.Equal(model.Name, arguments[arguments.IndexOf("--served-model-name") + 1]);
            Assert.Equal(model.ContextTokens, int.Parse(arguments[arguments.IndexOf("--max-model-len") + 1], CultureInfo.InvariantCulture));
            Assert.Equal(container.Items("ports").Single().Text("containerPort"), arguments[arguments.IndexOf("--port") + 1]);
            foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
                Assert.Equal("/health", container.Text($"{probe}.httpGet.path"));
        });
    }

    [Fact]
    public void Keys_OfTheAzuriteOverlay_AreAllThere()
    {
        var azurite = Routers().Single(router => router.In.Name.EndsWith("/azurite", StringComparison.Ordinal));
        var keys = azurite.In.SecretLiterals.Select(literal => literal.Split('=')[0]).ToList();
        var wanted = azurite.Environment.Values.Where(value => value.StartsWith("env:", StringComparison.Ordinal)).Select(value => value[4..]);

        Assert.Equal(keys.Order(), wanted.Order());
        Assert.DoesNotContain("env:", File.ReadAllText(azurite.In.Catalog!), StringComparison.Ordinal);
        Assert.Contains("router-keys", azurite.In.GeneratedNames("secretGenerator"));
    }

    private static IEnumerable<(Kustomization In, Manifest Deployment, YamlDotNet.RepresentationModel.YamlNode Container, Dictionary<string, string> Environment)> Routers() =>
        from one in Kustomization.All
        from deployment in one.Resources.Where(manifest => manifest.Kind == "Deployment")
        from container in deployment.Containers.Where(container => container.Text("name") is "router" or "functions")
        select (one, deployment, container, one.Environment(deployment, container.Text("name")!));

    private static string? Sample(string name) =>
        JsonDocument.Parse(Repository.Read("local.settings.sample.json")).RootElement.GetProperty("Values").GetProperty(name).GetString();
}
