namespace LlmFunctions.Infra.Tests;

/// <summary>How the CLI ended. Warnings are in <paramref name="Errors"/>, whatever the exit code.</summary>
internal sealed record BicepRun(int ExitCode, string Output, string Errors)
{
    public string OutputOrThrow() =>
        ExitCode == 0 && Errors.Length == 0 ? Output : throw new InvalidOperationException($"bicep ended with {ExitCode}: {Errors}");
}
