using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using LlmFunctions.Benchmarks.Subjects;

namespace LlmFunctions.Benchmarks.Load;

/// <summary>Reads streams whose events tell when they were sent; the clock is one for all processes of a machine.</summary>
internal static class StreamLoad
{
    private const string ContentKey = "\"content\":\"";

    public static async Task<Measurement> RunAsync(Subject subject, int streams, TimeSpan duration)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var processorTime = subject.ProcessorTime;
        var begun = Stopwatch.GetTimestamp();
        var delays = await Task.WhenAll(Enumerable.Range(0, streams).Select(async number =>
        {
            // Spread over one interval, so that events do not come in bursts.
            await Task.Delay(FastEndpoint.EventInterval * number / streams);
            return await ReadAsync(invoker, subject.Address, begun, duration);
        }));
        return Measurement.Of([.. delays.SelectMany(each => each)], Stopwatch.GetElapsedTime(begun), subject.ProcessorTime - processorTime);
    }

    private static async Task<List<double>> ReadAsync(HttpMessageInvoker invoker, Uri address, long begun, TimeSpan duration)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, FastEndpoint.ChatPath))
        {
            Content = new StringContent(ChatBody.Streamed, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Router.CallerKey) },
        };
        using var response = await invoker.SendAsync(request, CancellationToken.None);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var delays = new List<double>();
        while (Stopwatch.GetElapsedTime(begun) < duration && await lines.ReadLineAsync() is { } line)
        {
            var arrived = Stopwatch.GetTimestamp();
            if (SentAt(line) is { } sent)
                delays.Add(Stopwatch.GetElapsedTime(sent, arrived).TotalMicroseconds);
        }

        // The first one is about the connection and the first content, not about the events.
        return delays[1..];
    }

    private static long? SentAt(string line)
    {
        var at = line.IndexOf(ContentKey, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var value = line.AsSpan(at + ContentKey.Length);
        return long.Parse(value[..value.IndexOf('"')], CultureInfo.InvariantCulture);
    }
}
