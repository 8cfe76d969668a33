using LlmFunctions.Benchmarks;
using LlmFunctions.Benchmarks.ColdStart;
using LlmFunctions.Benchmarks.Queue;
using LlmFunctions.Benchmarks.Scale;
using LlmFunctions.Benchmarks.Subjects;

switch (args)
{
    case ["serve-endpoint"]:
        await ChildHost.RunAsync(FastEndpoint.Build());
        return 0;
    case ["serve-yarp", var endpoint]:
        await ChildHost.RunAsync(BareYarp.Build(new Uri(endpoint)));
        return 0;
    case ["serve-router", var endpoint, var storage]:
        await ChildHost.RunAsync(Router.Build(new Uri(endpoint), storage));
        return 0;
    case ["serve-queue-router", var storage]:
        // Port 9 is the discard service, which nobody runs.
        await ChildHost.RunAsync(QueueRouter.Build(new Uri("http://127.0.0.1:9/"), storage));
        return 0;
    case ["serve-empty", var address]:
        await ChildHost.RunAsync(EmptyApp.Build(address));
        return 0;
}

var plan = args is [.., "--quick"] ? Plan.Quick : Plan.Full;
switch (args is [.., "--quick"] ? args[..^1] : args)
{
    case []:
        await new ForwardingBenchmark(plan, Console.Out).RunAsync();
        return 0;
    case ["queue"]:
        await new QueueBenchmark(plan, Console.Out).RunAsync();
        return 0;
    case ["scale"]:
        await new ScaleSimulation(Console.Out).RunAsync();
        return 0;
    case ["cold-start"]:
        await new ColdStartBenchmark(plan, Console.Out).RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/LlmFunctions.Benchmarks [-- queue | scale | cold-start] [--quick]");
        return 2;
}
