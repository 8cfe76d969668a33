using System.Globalization;
using System.Text.Json.Nodes;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Replay;

namespace LlmFunctions.Infra.Tests;

/// <summary>host.json against what the code relies on.</summary>
public sealed class HostJsonTests
{
    private static readonly JsonNode Host = JsonNode.Parse(File.ReadAllText(Path.Combine(Paths.Repository, "host.json")))!;

    [Fact]
    public void Http_Routes_AreTheRoutersOwn()
    {
        Assert.Equal("", (string?)Host["extensions"]!["http"]!["routePrefix"]);
        Assert.Equal(-1, (int)Host["extensions"]!["http"]!["maxConcurrentRequests"]!);
        Assert.Equal(-1, (int)Host["extensions"]!["http"]!["maxOutstandingRequests"]!);
    }

    [Fact]
    public void Replays_AtOnceOnAnInstance_AreWhatADrainBeginsWith()
    {
        var most = new ReplayOptions().FirstInFlight;

        Assert.Equal(most, (int)Host["extensions"]!["serviceBus"]!["maxConcurrentCalls"]!);
        Assert.Equal(most, (int)Host["extensions"]!["queues"]!["batchSize"]! + (int)Host["extensions"]!["queues"]!["newBatchThreshold"]!);
        Assert.Equal(0, (int)Host["extensions"]!["serviceBus"]!["prefetchCount"]!);
    }

    [Fact]
    public void ServiceBus_Messages_AreSettledByTheTrigger() => Assert.False((bool)Host["extensions"]!["serviceBus"]!["autoCompleteMessages"]!);

    // The host ends the whole worker when a function outlives its time, with everything else that is in flight.
    [Fact]
    public void FunctionTimeout_LongestDeadlineOfACatalog_IsFarBelow()
    {
        var longest = TimeSpan.FromHours(1);
        Assert.Empty(CatalogParser.Parse(Catalog(longest)).Errors);
        Assert.NotEmpty(CatalogParser.Parse(Catalog(longest + TimeSpan.FromSeconds(1))).Errors);

        Assert.True(Time(Host["functionTimeout"]) >= longest * 2);
        Assert.True(Time(Host["extensions"]!["serviceBus"]!["maxAutoLockRenewalDuration"]) >= longest * 2);
    }

    // Poison is counted in the row. A storage that is down for hours must not fill the poison queue.
    [Fact]
    public void StorageQueue_Deliveries_AreNotWhatEndsARequest()
    {
        var queues = Host["extensions"]!["queues"]!;

        Assert.True(Time(queues["visibilityTimeout"]) * (int)queues["maxDequeueCount"]! > TimeSpan.FromHours(8));
        Assert.Equal("base64", (string?)queues["messageEncoding"]);
    }

    [Fact]
    public void Logging_LinesBesideTheInvocations_PassTheHostsFilter()
    {
        var levels = Host["logging"]!["logLevel"]!;

        Assert.Equal("Warning", (string?)levels["default"]);
        Assert.Equal("Information", (string?)levels["Host.Function.Console"]);
    }

    private static TimeSpan Time(JsonNode? node) => TimeSpan.Parse((string)node!, CultureInfo.InvariantCulture);

    private static string Catalog(TimeSpan deadline) => new JsonObject
    {
        ["endpoints"] = new JsonObject
        {
            ["a"] = new JsonObject { ["kind"] = "openai", ["address"] = "https://a.example/v1", ["credential"] = "none" },
        },
        ["models"] = new JsonObject
        {
            ["m"] = new JsonObject
            {
                ["deadline"] = deadline.ToString("c", CultureInfo.InvariantCulture),
                ["deployments"] = new JsonObject { ["a"] = new JsonObject() },
            },
        },
    }.ToJsonString();
}
