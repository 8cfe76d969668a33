using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LlmFunctions.Testing;

/// <summary>A router in a process of its own, to be killed.</summary>
public sealed class RouterProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Dictionary<string, string?> _settings;
    private Process? _process;

    private RouterProcess(Dictionary<string, string?> settings, int port)
    {
        _settings = settings;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>Names of the files it has loaded, such as <c>LlmFunctions.Core.dll</c>, as Linux tells them.</summary>
    public IReadOnlySet<string> LoadedFiles() => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process!.Id}/maps"))
        .Select(line => Path.GetFileName(line)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<RouterProcess> StartAsync(string storage, string prefix, string catalog, IReadOnlyDictionary<string, string?> settings)
    {
        var router = new RouterProcess(
            new(settings)
            {
                ["AzureWebJobsStorage"] = storage,
                ["Storage:Prefix"] = prefix,
                ["FallbackQueueName"] = $"{prefix}-replay",
                ["Catalog"] = catalog,
                ["Access:AllowAnonymous"] = "true",
                ["Logging:LogLevel:Default"] = "None",
                ["Logging:LogLevel:Microsoft"] = "None",
            },
            FreePort());
        await router.StartAsync();
        return router;
    }

    /// <summary>Starts it again where it was, and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "LlmFunctions.SelfHost.dll"), "--urls", Address.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.IsTrueAsync(IsReadyAsync, TimeSpan.FromSeconds(60));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM; its exit code once it has ended.</summary>
    public async Task<int> TerminateAsync(TimeSpan within)
    {
        if (Signal(_process!.Id, SigTerm) != 0)
            throw new InvalidOperationException("The router could not be sent SIGTERM.");
        await _process.WaitForExitAsync().WaitAsync(within);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
            await KillAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"The router ended with {_process.ExitCode}.");
        try
        {
            using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
