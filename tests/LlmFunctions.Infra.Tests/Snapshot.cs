using System.Text.Json.Nodes;

namespace LlmFunctions.Infra.Tests;

/// <summary>What one set of parameters deploys: every resource with its expressions evaluated, but for what only Azure knows.</summary>
public sealed class Snapshot(JsonObject document)
{
    public IReadOnlyList<JsonObject> Resources { get; } = [.. document["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];

    public IReadOnlyDictionary<string, string> AppSettings =>
        One("Microsoft.Web/sites/config").ToDictionary(setting => setting.Key, setting => setting.Value!.GetValue<string>());

    public IReadOnlyDictionary<string, string> Outputs { get; } = document["outputs"]!.AsObject().ToDictionary(output => output.Key, output => (string)output.Value!);

    public IEnumerable<JsonObject> All(string type) => Resources.Where(resource => (string?)resource["type"] == type);

    /// <summary>The properties of the only resource of this type.</summary>
    public JsonObject One(string type) => Assert.Single(All(type))["properties"]!.AsObject();
}
