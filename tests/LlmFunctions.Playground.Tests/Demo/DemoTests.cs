using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LlmFunctions.Playground.Tests.Demo;

/// <summary>The playground's demo, as its one command runs it.</summary>
public sealed class DemoTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Demo_Played_LosesNothingAndSaysSoLast()
    {
        var (code, lines) = await RunAsync("--demo", "--port", FreePort());
        Assert.Equal((0, "requests lost: 0"), (code, lines[^1]));
        Assert.Contains(lines, line => line.Contains("failover time:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("recovery: east takes traffic again", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("20 of 20 requests are taken with 202", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Playground_ArgumentsThatMakeNoSense_SaysHowToUseIt()
    {
        var (code, lines) = await RunAsync("--port", "many");
        Assert.Equal((2, PlaygroundOptions.Usage), (code, Assert.Single(lines)));
    }

    private async Task<(int Code, string[] Lines)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "LlmFunctions.Playground.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            var text = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience) + await errors;
            await process.WaitForExitAsync().WaitAsync(Patience);
            output.WriteLine(text);
            return (process.ExitCode, text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
