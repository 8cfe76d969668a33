namespace LlmFunctions.Playground;

/// <summary>Azurite as npm installs it from our locked versions, shared by every process of this checkout.</summary>
internal sealed class AzuriteInstallation(string folder, string npmExecutable)
{
    private static readonly string Locked = Path.Combine(AppContext.BaseDirectory, "azurite");
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(200);

    public string Folder => folder;

    public string Script => Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");

    public static string ExitWithParentScript => Path.Combine(Locked, "exit-with-parent.cjs");

    // Written last, so that an installation that was interrupted is done again.
    private string Mark => Path.Combine(folder, "installed.json");

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (IsInstalled())
            return;
        Directory.CreateDirectory(folder);
        await using var installing = await LockAsync(cancellationToken);
        if (IsInstalled())
            return;
        File.Copy(Path.Combine(Locked, "package.json"), Path.Combine(folder, "package.json"), overwrite: true);
        File.Copy(Path.Combine(Locked, "package-lock.json"), Path.Combine(folder, "package-lock.json"), overwrite: true);
        await RunNpmAsync(cancellationToken);
        // Moved there whole: other processes read it without the lock.
        File.Copy(Path.Combine(Locked, "package-lock.json"), Mark + ".new", overwrite: true);
        File.Move(Mark + ".new", Mark, overwrite: true);
    }

    private bool IsInstalled() =>
        File.Exists(Script) && File.Exists(Mark)
        && File.ReadAllText(Mark) == File.ReadAllText(Path.Combine(Locked, "package-lock.json"));

    // The system drops this lock with its process, however that ends; the file itself stays.
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, "install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPause, cancellationToken);
            }
        }
    }

    private async Task RunNpmAsync(CancellationToken cancellationToken)
    {
        string[] arguments = ["ci", "--no-audit", "--no-fund", "--omit=dev", "--ignore-scripts"];
        using var npm = NodeCommand.Start(npmExecutable, folder, arguments);
        npm.StandardInput.Close();
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
                throw new AzuriteException($"npm could not install Azurite in {folder}:\n{await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }
    }
}
