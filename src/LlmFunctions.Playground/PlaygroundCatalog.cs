using System.Text.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;

namespace LlmFunctions.Playground;

/// <summary>The catalog over the three simulated endpoints: two active ones that share a tier, and a standby.</summary>
internal static class PlaygroundCatalog
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string For(SimulatedEndpoint east, SimulatedEndpoint west, SimulatedEndpoint standby) => new JsonObject
    {
        ["endpoints"] = new JsonObject
        {
            ["east"] = Endpoint("openai", $"{east.Address.AbsoluteUri}v1"),
            ["west"] = Endpoint("azure-openai", west.Address.AbsoluteUri),
            ["standby"] = Endpoint("openai", $"{standby.Address.AbsoluteUri}v1"),
            ["claude-east"] = Endpoint("anthropic", east.Address.AbsoluteUri),
            ["claude-west"] = Endpoint("anthropic", west.Address.AbsoluteUri),
        },
        ["models"] = new JsonObject
        {
            ["gpt-4o"] = Model(("east", 0), ("west", 0), ("standby", 1)),
            ["gpt-4o-mini"] = Model(("west", 0), ("standby", 1)),
            ["text-embedding-3-small"] = Model(("east", 0), ("west", 0)),
            ["claude-sonnet-4-5"] = Model(("claude-east", 0), ("claude-west", 1)),
        },
    }.ToJsonString(Indented);

    private static JsonObject Endpoint(string kind, string address) => new()
    {
        ["kind"] = kind,
        ["address"] = address.TrimEnd('/'),
        ["credential"] = "none",
        ["allowInsecure"] = true,
    };

    private static JsonObject Model(params (string Endpoint, int Tier)[] deployments)
    {
        var tiers = new JsonObject();
        foreach (var (endpoint, tier) in deployments)
            tiers[endpoint] = new JsonObject { ["tier"] = tier };
        return new() { ["whenUnavailable"] = "queue", ["deployments"] = tiers };
    }
}
