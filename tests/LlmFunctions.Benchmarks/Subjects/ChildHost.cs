namespace LlmFunctions.Benchmarks.Subjects;

/// <summary>Runs one subject in a process of its own, until its parent is gone.</summary>
internal static class ChildHost
{
    public const string Ready = "listening on ";

    public static async Task RunAsync(WebApplication app)
    {
        await using (app)
        {
            await app.StartAsync();
            await Console.Out.WriteLineAsync(Ready + app.Urls.First());
            // The parent's end closes this input, however it ends.
            while (await Console.In.ReadLineAsync() is not null)
            {
            }

            await app.StopAsync();
        }
    }
}
