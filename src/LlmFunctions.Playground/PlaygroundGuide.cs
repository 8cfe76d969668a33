using LlmFunctions.Simulator;

namespace LlmFunctions.Playground;

/// <summary>Says how to call the router and how to break an endpoint.</summary>
internal static class PlaygroundGuide
{
    public static async Task WriteAsync(TextWriter output, PlaygroundWorld world)
    {
        var router = world.Address.AbsoluteUri.TrimEnd('/');
        await output.WriteLineAsync($$"""

            The router is at {{router}}. Models: gpt-4o, gpt-4o-mini, text-embedding-3-small, claude-sonnet-4-5.

            Call it:
              curl -i {{router}}/v1/chat/completions -H 'content-type: application/json' \
                -d '{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}'
              OPENAI_BASE_URL={{router}}/v1 OPENAI_API_KEY=any python -c "import openai; print(openai.OpenAI().models.list())"

            Ask why:
              curl -s {{router}}/v1/explain -H 'content-type: application/json' -d '{"model":"gpt-4o"}'
              curl -s {{router}}/health/ready
              curl -s {{router}}/manage/deployments -H 'api-key: operator'

            Break and mend an endpoint:
            """);
        foreach (var endpoint in world.Endpoints)
            await WriteAsync(output, endpoint);
        await output.WriteLineAsync("\nCtrl-C stops everything.\n");
    }

    private static Task WriteAsync(TextWriter output, SimulatedEndpoint endpoint)
    {
        var control = $"{endpoint.ControlAddress.AbsoluteUri}_simulator";
        return output.WriteLineAsync($$"""
              {{endpoint.Name}} ({{endpoint.Address}})
                curl -X POST {{control}}/stop       curl -X POST {{control}}/start
                curl -X POST {{control}}/faults -H 'content-type: application/json' -d '{"kind":"status","status":500}'
                curl -X DELETE {{control}}/faults
            """);
    }
}
