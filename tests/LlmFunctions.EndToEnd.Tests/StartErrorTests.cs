using System.Diagnostics;
using System.Globalization;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>What keeps the self-host from starting is said in a line that tells what to do, without a stack trace, and the exit code is 1.</summary>
public sealed class StartErrorTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("--Health:Break", "5", "Health:Break must be a time")]
    [InlineData("--Acces:AllowAnonymous", "true", "did you mean Access?")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "must be an address such as http://collector:4317")]
    public async Task Start_WrongSetting_SaysWhatToWrite(string name, string value, string expected)
    {
        var (code, errors) = await RunAsync("http://127.0.0.1:0", name, value);
        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressInUse_SaysSo()
    {
        await using var other = new TcpServer(_ => Task.CompletedTask);
        var (code, errors) = await RunAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{other.Port}"), "--Access:AllowAnonymous", "true");
        Assert.Equal(1, code);
        Assert.Contains("choose another address with --urls", errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Errors)> RunAsync(string address, params string[] settings)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "LlmFunctions.SelfHost.dll"), "--urls", address, "--AzureWebJobsStorage", azurite.ConnectionString,
                "--Storage:Prefix", azurite.NewPrefix(), "--Logging:LogLevel:Default", "None", "--Logging:LogLevel:Microsoft", "None", .. settings,
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginOutputReadLine();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }
}
