using System.Xml;
using LlmFunctions.Core.Replay;

namespace LlmFunctions.Infra.Tests;

public sealed class QueueTests(InfraFixture infra)
{
    [Fact]
    public void Queue_ServiceBus_IsWhatTheReplayExpects()
    {
        var queue = infra.Default.One("Microsoft.ServiceBus/namespaces/queues");

        Assert.False((bool)queue["requiresDuplicateDetection"]!);
        Assert.False((bool)queue["requiresSession"]!);
        Assert.True((bool)queue["deadLetteringOnMessageExpiration"]!);
        Assert.Equal("PT5M", (string?)queue["lockDuration"]);
        Assert.Equal(10, (int)queue["maxDeliveryCount"]!);
        Assert.Equal("P31D", (string?)queue["defaultMessageTimeToLive"]);
    }

    [Fact]
    public void Queue_ServiceBus_OutlivesWhatTheRouterTimesItself()
    {
        var queue = infra.Default.One("Microsoft.ServiceBus/namespaces/queues");
        var replay = new ReplayOptions();

        Assert.True(XmlConvert.ToTimeSpan((string)queue["lockDuration"]!) > replay.Lease);
        Assert.True(XmlConvert.ToTimeSpan((string)queue["defaultMessageTimeToLive"]!) > replay.KeepFinished);
        Assert.True((int)queue["maxDeliveryCount"]! > replay.MaxFailures);
    }

    [Fact]
    public void Queue_ServiceBus_HasTheNameTheSettingsSay() =>
        Assert.EndsWith(
            $"/{infra.Default.AppSettings["FallbackQueueName"]}",
            (string?)Assert.Single(infra.Default.All("Microsoft.ServiceBus/namespaces/queues"))["name"],
            StringComparison.Ordinal);

    [Fact]
    public void Queue_StorageQueue_NeedsNoServiceBus() =>
        Assert.DoesNotContain(infra.StorageQueue.Resources, resource => ((string)resource["type"]!).StartsWith("Microsoft.ServiceBus", StringComparison.Ordinal));

    [Fact]
    public void Lifecycle_Default_DeletesBodiesAndAnswersButNoCatalogAndNoDeadLetter()
    {
        var rule = Assert.Single(infra.Default.One("Microsoft.Storage/storageAccounts/managementPolicies")["policy"]!["rules"]!.AsArray())!["definition"]!;
        var prefix = infra.Default.AppSettings["Storage__Prefix"];

        Assert.Equal([$"{prefix}-bodies/", $"{prefix}-answers/"], rule["filters"]!["prefixMatch"]!.AsArray().Select(match => (string?)match));
        Assert.True((int)rule["actions"]!["baseBlob"]!["delete"]!["daysAfterModificationGreaterThan"]! > new ReplayOptions().KeepDead.TotalDays);
    }

    /// <summary>What the docs promise of data: prompts and answers are gone when they are deleted.</summary>
    [Fact]
    public void Undelete_Blobs_IsOffAndOfContainers7Days()
    {
        var service = infra.Default.One("Microsoft.Storage/storageAccounts/blobServices");

        Assert.Equal("""{"enabled":false}""", service["deleteRetentionPolicy"]!.ToJsonString());
        Assert.Equal("""{"enabled":true,"days":7}""", service["containerDeleteRetentionPolicy"]!.ToJsonString());
        Assert.Null(service["isVersioningEnabled"]);
        Assert.Null(service["restorePolicy"]);
        Assert.DoesNotContain("undeleted", File.ReadAllText(Path.Combine(Paths.Repository, "docs/operate.md")), StringComparison.Ordinal);
        Assert.Contains("undeleting is off", File.ReadAllText(Path.Combine(Paths.Repository, "docs/security.md")), StringComparison.Ordinal);
    }
}
