namespace LlmFunctions.Core.Catalog;

/// <summary>Reads a model's <c>deployments</c>: <c>{ "east": { "tier": 0, "weight": 3, "model": "gpt-4o-ptu" } }</c>.</summary>
internal static class DeploymentReader
{
    private const int LongestName = 256;

    /// <summary>In order of tier, then as written.</summary>
    public static IReadOnlyList<DeploymentConfig> ReadAll(
        string model, CatalogFields fields, IReadOnlyDictionary<string, EndpointConfig?> endpoints)
    {
        if (fields.RequiredMap("deployments", "one deployment: { \"<endpoint>\": {} }") is not { } map)
            return [];
        var deployments = new List<DeploymentConfig>();
        foreach (var name in map.Keys)
        {
            if (!endpoints.TryGetValue(name, out var endpoint))
                map.Report(name, $"is no endpoint of this catalog{NearestName.Suggest(name, endpoints.Keys)}");
            if (map.Object(name) is { } deployment && Read(model, deployment, endpoint) is { } read)
                deployments.Add(read);
        }
        StandbyRules.Check(map, deployments);
        return [.. deployments.OrderBy(d => d.Tier)];
    }

    private static DeploymentConfig? Read(string model, CatalogFields fields, EndpointConfig? endpoint)
    {
        var tier = fields.Whole("tier", 0) ?? 0;
        var weight = fields.Whole("weight", 1, 1000) ?? 1;
        var maxConcurrent = fields.Whole("maxConcurrent", 1);
        var nameThere = fields.Text("model");
        if (nameThere is not null && (nameThere.Length is 0 or > LongestName || nameThere.Any(char.IsControl)))
            fields.Report("model", $"must be 1 to {LongestName} characters without control characters.");
        fields.RejectUnknownKeys();
        return endpoint is null ? null : new()
        {
            Id = new(model, endpoint.Name),
            Endpoint = endpoint,
            Tier = tier,
            Weight = weight,
            NameThere = nameThere ?? model,
            MaxConcurrent = maxConcurrent,
        };
    }
}
