
namespace LlmFunctions.Simulator;

/// <summary>The control port.</summary>
internal sealed class ControlApi(SimulatedEndpoint endpoint)
{
    public Task HandleAsync(HttpContext context) => ErrorReply.Of(ApiShape.OpenAI, 404, endpoint.Name).SendAsync(context);
}
