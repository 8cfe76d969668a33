using LlmFunctions.Core;
using LlmFunctions.SelfHost;

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
