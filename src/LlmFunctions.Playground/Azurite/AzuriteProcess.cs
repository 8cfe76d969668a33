using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LlmFunctions.Playground;

/// <summary>
/// A running Azurite, Microsoft's storage emulator, on free ports of 127.0.0.1. It ends with this object, and also when
/// this program ends without disposing it.
/// </summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly AzuriteOutput _output;
    private int _disposed;

    private AzuriteProcess(Process process)
    {
        _process = process;
        _output = new AzuriteOutput(process);
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    public int BlobPort { get; private set; }

    public int QueuePort { get; private set; }

    public int TablePort { get; private set; }

    public string ConnectionString => AzuriteConnectionString.For(BlobPort, QueuePort, TablePort);

    /// <summary>Installs Azurite from npm where that has not been done, and starts it.</summary>
    /// <exception cref="NodeMissingException">Node.js or npm is not installed.</exception>
    /// <exception cref="AzuriteException">npm failed, or Azurite ended or did not listen in time.</exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        var home = Path.Combine(options.RootFolder ?? RepositoryRoot.Find(), ".azurite");
        var installation = new AzuriteInstallation(Path.Combine(home, "tool"), options.NpmExecutable);
        await installation.EnsureAsync(cancellationToken);

        List<string> arguments = ["--require", AzuriteInstallation.ExitWithParentScript, installation.Script];
        // Port 0: the system chooses, and no other program can take the port between the choice and the use.
        foreach (var service in (string[])["blob", "queue", "table"])
            arguments.AddRange([$"--{service}Host", "127.0.0.1", $"--{service}Port", "0"]);
        arguments.AddRange(["--skipApiVersionCheck", "--silent", "--disableTelemetry"]);
        arguments.AddRange(options.InMemory
            ? ["--inMemoryPersistence"]
            : ["--location", Path.GetFullPath(options.DataFolder ?? Path.Combine(home, "data"))]);

        var azurite = new AzuriteProcess(NodeCommand.Start(options.NodeExecutable, installation.Folder, arguments));
        try
        {
            await azurite.WaitUntilReadyAsync(options.StartTimeout, cancellationToken);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks Azurite to end, which writes its data, and kills it when it has not within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Terminate();
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            var exit = _process.WaitForExitAsync(deadline.Token);
            if (await Task.WhenAny(_output.Listening, exit) == exit)
            {
                await exit;
                throw new AzuriteException($"Azurite ended with code {_process.ExitCode}:\n{_output}");
            }

            var ports = await _output.Listening;
            (BlobPort, QueuePort, TablePort) = (ports["Blob"], ports["Queue"], ports["Table"]);
            foreach (var port in ports.Values)
                await ConnectAsync(port, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AzuriteException($"Azurite did not listen within {timeout}:\n{_output}");
        }
    }

    private static async Task ConnectAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
    }

    private void Terminate()
    {
        if (_process.HasExited)
            return;
        if (OperatingSystem.IsWindows())
            _process.StandardInput.Close(); // No SIGTERM there; the end of its input says the same to Azurite.
        else
            _ = SendSignal(_process.Id, SigTerm);
    }

    private void Kill(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
