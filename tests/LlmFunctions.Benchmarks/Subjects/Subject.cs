using System.Diagnostics;

namespace LlmFunctions.Benchmarks.Subjects;

/// <summary>A child process of this program that serves <see cref="FastEndpoint.ChatPath"/> or forwards it.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private readonly Process _process;

    private Subject(string name, Process process, Uri address) => (Name, _process, Address) = (name, process, address);

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>What it has used of the processors; other programs' load does not change it much.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Subject> StartAsync(string name, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(ChildHost.Ready, StringComparison.Ordinal))
                return new(name, process, new Uri(line[ChildHost.Ready.Length..]));
        }

        throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended before it listened.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
