namespace LlmFunctions.Simulator.Tests;

/// <summary>Tests with one endpoint and one caller.</summary>
public abstract class EndpointTest : IAsyncLifetime
{
    internal SimulatedEndpoint Endpoint { get; private set; } = null!;
    internal SimulatorClient Client { get; private set; } = null!;

    protected virtual SimulatorOptions Options => new() { Name = "east" };

    public async ValueTask InitializeAsync()
    {
        Endpoint = await SimulatedEndpoint.StartAsync(Options, SimulatorClient.Limit);
        Client = new SimulatorClient(Endpoint.Address);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Endpoint.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
