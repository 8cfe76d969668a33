using LlmFunctions.Playground;
using LlmFunctions.Playground.Demo;

if (PlaygroundOptions.TryParse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(PlaygroundOptions.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    await Console.Out.WriteLineAsync("Starting Azurite (the first time it is installed from npm), three simulated endpoints and the router.");
    await using var world = await PlaygroundWorld.StartAsync(options, stop.Token);
    if (options.IsDemo)
    {
        using var demo = new OutageDemo(world, Console.Out, TimeProvider.System);
        return await demo.RunAsync(stop.Token);
    }

    await PlaygroundGuide.WriteAsync(Console.Out, world);
    await world.Router.WaitForShutdownAsync(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception e) when (e is NodeMissingException or AzuriteException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
