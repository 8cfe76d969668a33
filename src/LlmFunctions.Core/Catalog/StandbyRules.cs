namespace LlmFunctions.Core.Catalog;

/// <summary>A standby is started when nothing better is available, so there must be something better that needs no start.</summary>
internal static class StandbyRules
{
    /// <param name="map">The model's <c>deployments</c>, where errors go.</param>
    /// <param name="deployments">As read; those with errors of their own are left out.</param>
    public static void Check(CatalogFields map, IReadOnlyList<DeploymentConfig> deployments)
    {
        // What is better is not known before every deployment could be read.
        if (deployments.Count != map.Keys.Count)
            return;
        foreach (var standby in deployments.Where(d => d.Endpoint.Standby is not null))
        {
            if (!deployments.Any(d => d.Endpoint.Standby is null && d.Tier < standby.Tier))
                map.Report($"{standby.Endpoint.Name}.tier", "leads to a standby, which is started when nothing in a better tier is available; give an endpoint without standby a lower tier.");
        }
    }
}
