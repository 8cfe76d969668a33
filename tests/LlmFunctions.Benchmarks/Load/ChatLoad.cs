using System.Diagnostics;
using LlmFunctions.Benchmarks.Subjects;

namespace LlmFunctions.Benchmarks.Load;

/// <summary>Chat requests over kept connections, each of which sends its next one as soon as it was answered.</summary>
internal static class ChatLoad
{
    public static async Task<Measurement> RunAsync(Subject subject, int connections, TimeSpan duration)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ChatConnection.OpenAsync(subject.Address)));
        try
        {
            // A new connection's first exchange is not what is asked here.
            await Task.WhenAll(open.Select(connection => connection.ExchangeAsync().AsTask()));
            var processorTime = subject.ProcessorTime;
            var begun = Stopwatch.GetTimestamp();
            var delays = await Task.WhenAll(open.Select(connection => Task.Run(() => RunAsync(connection, begun, duration))));
            return Measurement.Of([.. delays.SelectMany(each => each)], Stopwatch.GetElapsedTime(begun), subject.ProcessorTime - processorTime);
        }
        finally
        {
            foreach (var connection in open)
                connection.Dispose();
        }
    }

    private static async Task<List<double>> RunAsync(ChatConnection connection, long begun, TimeSpan duration)
    {
        var delays = new List<double>(64 * 1024);
        while (Stopwatch.GetElapsedTime(begun) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            await connection.ExchangeAsync();
            delays.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
        }

        return delays;
    }
}
