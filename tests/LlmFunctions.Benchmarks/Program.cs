using LlmFunctions.Benchmarks;
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
    case []:
        await new ForwardingBenchmark(Plan.Full, Console.Out).RunAsync();
        return 0;
    case ["--quick"]:
        await new ForwardingBenchmark(Plan.Quick, Console.Out).RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/LlmFunctions.Benchmarks [-- --quick]");
        return 2;
}
