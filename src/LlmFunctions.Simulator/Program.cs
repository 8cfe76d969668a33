using System.Net.Sockets;
using System.Runtime.InteropServices;
using LlmFunctions.Simulator;
using Microsoft.AspNetCore.Connections;

SimulatorOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}

var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
try
{
    await using var endpoint = await SimulatedEndpoint.StartAsync(options, CancellationToken.None);
    Console.WriteLine($"{endpoint.Name} listens on {endpoint.Address}, its control port on {endpoint.ControlAddress}_simulator/");
    await stop.Task;
    return 0;
}
catch (Exception exception) when (exception is SocketException or AddressInUseException)
{
    await Console.Error.WriteLineAsync($"Cannot listen on ports {options.Port} and {options.ControlPort}: {exception.Message}");
    return 1;
}
