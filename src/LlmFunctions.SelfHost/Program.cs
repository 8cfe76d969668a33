using LlmFunctions.SelfHost;
using Microsoft.Extensions.Options;

try
{
    await using var app = RouterHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (var failure in e.Failures)
        await Console.Error.WriteLineAsync(failure);
    return 1;
}
