using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using LlmFunctions.Testing;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The published router as a pod would run it: a process of its own, a user without rights, a working directory it cannot
/// write to.</summary>
internal sealed class RouterProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const string User = "65532";
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RouterProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static async Task<RouterProcess> StartAsync(string folder, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var port = FreePort();
        var start = AsItsUser(folder, [Dotnet, Path.Combine(folder, "LlmFunctions.SelfHost.dll")]);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_HTTP_PORTS"] = port.ToString(CultureInfo.InvariantCulture);
        var router = new RouterProcess(Process.Start(start)!, port);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = router.Address };
        await Eventually.IsTrueAsync(() => router.IsReadyAsync(http), TimeSpan.FromSeconds(60));
        return router;
    }

    /// <summary>Runs another program as the router would run, and gives its exit code.</summary>
    public static async Task<int> RunAsItsUserAsync(string folder, params string[] command)
    {
        using var process = Process.Start(AsItsUser(folder, command))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>The user it runs as, as the kernel says.</summary>
    public async Task<string> ReadUserAsync()
    {
        var status = await File.ReadAllLinesAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status"));
        return status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
    }

    public void Terminate() => Assert.Equal(0, Kill(_process.Id, SigTerm));

    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        await _process.WaitForExitAsync().WaitAsync(within);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    // setpriv execs, so that the process is the program itself and gets the signal.
    private static ProcessStartInfo AsItsUser(string folder, string[] command)
    {
        string[] all = Environment.UserName == "root"
            ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--no-new-privs", "--bounding-set=-all", .. command]
            : command;
        return new(all[0], all[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        if (_process.HasExited)
        {
            // Also until all that it wrote has been read.
            await _process.WaitForExitAsync();
            throw new InvalidOperationException($"The router ended with {_process.ExitCode}:\n{Output}");
        }

        try
        {
            using var response = await http.GetAsync("/health/ready");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Write(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
