using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Two endpoints for OpenAI's SDKs and the same two for Anthropic's; the first of each is broken, so that every SDK call
/// fails over.</summary>
internal static class SdkWorld
{
    private static readonly int[] Tiers = [0, 1];

    public static async Task<RouterWorld> StartAsync(AzuriteFixture azurite, bool isBroken = true)
    {
        var world = await RouterWorld.StartAsync(azurite, Tiers, AddAnthropic);
        if (isBroken)
            world.Endpoints[0].Faults.Add(new() { Kind = Simulator.FaultKind.WrongJson });
        return world;
    }

    private static void AddAnthropic(JsonObject catalog)
    {
        var deployments = new JsonObject();
        for (var i = 0; i < Tiers.Length; i++)
        {
            var endpoint = catalog["endpoints"]![$"e{i}"]!.DeepClone().AsObject();
            endpoint["kind"] = "anthropic";
            endpoint["address"] = endpoint["address"]!.GetValue<string>()[..^3];
            catalog["endpoints"]![$"a{i}"] = endpoint;
            deployments[$"a{i}"] = new JsonObject { ["tier"] = i };
        }

        catalog["models"]!["claude"] = new JsonObject { ["deployments"] = deployments };
    }
}
