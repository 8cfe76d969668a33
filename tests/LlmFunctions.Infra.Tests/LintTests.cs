namespace LlmFunctions.Infra.Tests;

public sealed class LintTests(InfraFixture infra)
{
    [Theory]
    [InlineData("build", "main.bicep")]
    [InlineData("build-params", "main.bicepparam")]
    public async Task Build_EveryEntry_SaysNothing(string command, string file)
    {
        var run = await BicepCli.RunAsync(infra.Copy(command), command, file, "--stdout");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
    }

    [Theory]
    [InlineData("main.bicep")]
    [InlineData("main.bicepparam")]
    public async Task Lint_EveryEntry_SaysNothing(string file)
    {
        var run = await BicepCli.RunAsync(infra.Copy($"lint-{file}"), "lint", file);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public async Task Lint_AnUnusedParameter_IsAnError()
    {
        var folder = infra.Copy("unused");
        await File.AppendAllTextAsync(Path.Combine(folder, "main.bicep"), "\nparam nobodyReadsThis string\n", TestContext.Current.CancellationToken);

        var run = await BicepCli.RunAsync(folder, "lint", "main.bicep");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Error no-unused-params", run.Errors, StringComparison.Ordinal);
    }
}
