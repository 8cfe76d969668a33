using LlmFunctions.Core;
using LlmFunctions.SelfHost;
using Microsoft.AspNetCore.Connections;

try
{
    await using var app = RouterHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (SettingErrors.In(e) is { Count: > 0 } errors)
{
    foreach (var error in errors)
        await Console.Error.WriteLineAsync(error);
    return 1;
}
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{e.Message.TrimEnd('.')}. Stop the program that listens there, or choose another address with --urls.");
    return 1;
}
