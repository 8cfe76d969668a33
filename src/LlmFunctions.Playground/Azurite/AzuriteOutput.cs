using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmFunctions.Playground;

/// <summary>What Azurite prints: the ports it got, and the last lines for an error. Thread-safe.</summary>
internal sealed partial class AzuriteOutput
{
    private const int KeptLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly Dictionary<string, int> _ports = [];
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, int>> _listening =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AzuriteOutput(Process azurite)
    {
        azurite.OutputDataReceived += (_, printed) => Read(printed.Data);
        azurite.ErrorDataReceived += (_, printed) => Read(printed.Data);
        azurite.BeginOutputReadLine();
        azurite.BeginErrorReadLine();
    }

    /// <summary>The ports by service (Blob, Queue, Table), once all three listen.</summary>
    public Task<IReadOnlyDictionary<string, int>> Listening => _listening.Task;

    public override string ToString()
    {
        lock (_lock)
            return string.Join('\n', _lines);
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
                _lines.Dequeue();
            if (ListeningLine().Match(line) is not { Success: true } match)
                return;
            _ports[match.Groups[1].Value] = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
            if (_ports.Count == 3)
                _listening.TrySetResult(_ports);
        }
    }

    // Azurite Blob service is successfully listening at http://127.0.0.1:10000
    [GeneratedRegex(@"^Azurite (Blob|Queue|Table) service is successfully listening at http://.*:(\d+)$")]
    private static partial Regex ListeningLine();
}
