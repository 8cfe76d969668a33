using System.Globalization;
using System.Text.RegularExpressions;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Infra.Tests;

/// <summary>The arithmetic of docs/deploy.md, from the intervals of the code and the template.</summary>
public sealed partial class CostPageTests(InfraFixture infra)
{
    private const double Month = 30 * 24 * 3600;
    private const int Instances = 3;
    private const int Shards = 16;
    private const int Endpoints = 2;
    private const int Deployments = 2;

    // Of RouterSweeper's ten minutes and IdempotencySweeper's.
    private const double Turn = 600;

    private static readonly string Page = File.ReadAllText(Path.Combine(Paths.Repository, "docs/deploy.md"));

    [Fact]
    public void IdleMonth_EveryRow_FollowsFromTheIntervals()
    {
        var (probes, sweeps) = (Month / Seconds("ProbeSchedule"), Month / Seconds("SweepSchedule"));
        var operations = new Dictionary<string, double>
        {
            ["Epoch reads"] = Instances * Month / new HealthOptions().RefreshInterval.TotalSeconds,
            ["Reads of the catalog's head"] = Instances * Month / new CatalogOptions().PollInterval.TotalSeconds,
            ["Sweep, 16 shards"] = sweeps * Shards,
            ["Last successes, read before a probe"] = Deployments * Month / ProbeConfig.Default.Interval.TotalSeconds,
            ["Availability: a row a minute"] = Instances * Month / new AvailabilityOptions().WriteInterval.TotalSeconds,
            ["Looking after availability and decisions"] = Month / Turn * 5,
            ["Expired idempotency keys"] = Month / Turn * 3,
            ["Lease of regular probes"] = Endpoints * Month / ProbeConfig.Default.Interval.TotalSeconds * 2,
        };

        Assert.Equal((probes, sweeps, probes + sweeps), (Row("`Probe` invocations"), Row("`Sweep` invocations"), Row("**Invocations**")));
        Assert.All(operations, row => Assert.Equal(row.Value, Row(row.Key)));
        Assert.Equal(operations.Values.Sum(), Row("**Table operations**"));
    }

    [Fact]
    public void IdleMonth_Time_FollowsFromTheMemoryOfAnInstance()
    {
        var gigabytes = (int)infra.Default.One("Microsoft.Web/sites")["functionAppConfig"]!["scaleAndConcurrency"]!["instanceMemoryMB"]! / 1024;

        Assert.Equal(gigabytes * Month, Row("Always-ready instance, baseline"));
        Assert.Equal(gigabytes * Month / Seconds("ProbeSchedule"), Row("`Probe`, on demand, at least"));
        Assert.Equal(gigabytes * Month / Seconds("SweepSchedule"), Row("`Sweep`, on demand, at least"));
    }

    // */5 * * * * *
    private double Seconds(string schedule) => int.Parse(infra.Default.AppSettings[schedule][2..].Split(' ')[0], CultureInfo.InvariantCulture);

    // | Epoch reads | … | 15,552,000 |
    private static double Row(string begin)
    {
        var row = Assert.Single(Page.Split('\n'), line => line.StartsWith($"| {begin}", StringComparison.Ordinal));
        return double.Parse(Number().Match(row.Split('|')[^2]).Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("[0-9][0-9,]*")]
    private static partial Regex Number();
}
