namespace LlmFunctions.Manifests.Tests;

/// <summary>Every document has only fields that its kind has, of the right type: the API server drops or refuses the others.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void Documents_All_HaveOnlyFieldsOfTheirKind()
    {
        var documents = Directory.EnumerateFiles(Repository.Kubernetes, "*.yaml", SearchOption.AllDirectories).SelectMany(Manifest.ReadAll).ToList();

        Assert.True(documents.Count >= 30, $"Only {documents.Count} documents were found.");
        Assert.All(documents, document => Assert.Empty(ManifestSchema.Check(document).Select(error => $"{document}: {error}")));
    }

    /// <summary>What was once misspelt, in its place in a real document, is found.</summary>
    [Theory]
    [InlineData("base/deployment.yaml", "terminationGracePeriodSeconds: 50", "terminationGracePeriodSecond: 50")]
    [InlineData("base/deployment.yaml", "whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfied: ScheduleAnyway")]
    [InlineData("base/deployment.yaml", "whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfiable: ScheduleAnyways")]
    [InlineData("base/deployment.yaml", "containerPort: 8080", "containerPort: \"8080\"")]
    [InlineData("base/deployment.yaml", "value: \"8080\"", "value: 8080")]
    [InlineData("base/deployment.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: \"true\"")]
    [InlineData("base/deployment.yaml", "memory: 384Mi", "memory: 384MB")]
    [InlineData("base/deployment.yaml", "periodSeconds: 2", "periodSecond: 2")]
    [InlineData("base/poddisruptionbudget.yaml", "unhealthyPodEvictionPolicy", "unhealthyPodEvictionPolicies")]
    [InlineData("base/horizontalpodautoscaler.yaml", "stabilizationWindowSeconds", "stabilisationWindowSeconds")]
    [InlineData("base/horizontalpodautoscaler.yaml", "autoscaling/v2", "autoscaling/v3")]
    [InlineData("base/networkpolicy.yaml", "- Egress", "- Outgress")]
    [InlineData("base/service.yaml", "targetPort: http", "targetport: http")]
    [InlineData("base/kustomization.yaml", "configMapGenerator", "configMapGenerators")]
    [InlineData("functions/scaledobject.yaml", "cooldownPeriod", "coolDownPeriod")]
    [InlineData("functions/scaledobject.yaml", "messageCount: \"40\"", "messageCount: 40")]
    [InlineData("functions/scaledobject.yaml", "podIdentity", "podIdentities")]
    public void Check_SomethingWrong_IsFound(string path, string right, string wrong)
    {
        var file = Path.Combine(Repository.Kubernetes, path);
        var text = File.ReadAllText(file);
        Assert.Contains(right, text, StringComparison.Ordinal);
        var position = text.IndexOf(right, StringComparison.Ordinal);
        var documents = Manifest.Parse(path, text[..position] + wrong + text[(position + right.Length)..]);

        Assert.Single(documents.SelectMany(ManifestSchema.Check));
    }
}
