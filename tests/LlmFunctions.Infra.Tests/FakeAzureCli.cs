using System.Diagnostics;

namespace LlmFunctions.Infra.Tests;

/// <summary>An <c>az</c> before the real one on the path: a vault in a folder, and a list of how it was called.</summary>
internal sealed class FakeAzureCli : IDisposable
{
    // az keyvault secret show --name NAME …, az keyvault secret set --name NAME --file FILE …
    private const string Script = """
        #!/bin/sh
        echo "$*" >>"$FAKE/calls"
        case "$1 $2 $3" in
          "account show "*) [ ! -f "$FAKE/signed-out" ] ;;
          "keyvault secret list")
            left=$(cat "$FAKE/refusals")
            [ "$left" -eq 0 ] || { echo $((left - 1)) >"$FAKE/refusals"; echo "Forbidden" >&2; exit 1; } ;;
          "keyvault secret show") [ -f "$FAKE/vault/$5" ] ;;
          "keyvault secret set") cp "$7" "$FAKE/vault/$5" ;;
          "rest --method post") ;;
          *) echo "az $* was not expected" >&2; exit 64 ;;
        esac
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("llm-az-").FullName;

    /// <param name="refusals">How often the vault refuses before it lets in.</param>
    public FakeAzureCli(int refusals = 0)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "vault"));
        File.WriteAllText(Path.Combine(_folder, "refusals"), $"{refusals}\n");
        var az = Path.Combine(_folder, "az");
        File.WriteAllText(az, Script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public IReadOnlyDictionary<string, string> Secrets =>
        Directory.EnumerateFiles(Path.Combine(_folder, "vault")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);

    public IReadOnlyList<string> Calls => File.ReadAllLines(Path.Combine(_folder, "calls"));

    public void Put(string name, string value) => File.WriteAllText(Path.Combine(_folder, "vault", name), value);

    public void SignOut() => File.WriteAllText(Path.Combine(_folder, "signed-out"), "");

    /// <summary>Runs a script as azd does, with the outputs of the template, without a terminal.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$0\" 2>&1 </dev/null", script]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["PATH"] = $"{_folder}:{start.Environment["PATH"]}";
        start.Environment["FAKE"] = _folder;
        start.Environment["KEYS_WAIT"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
