using System.Diagnostics;
using System.Net;
using System.Text;
using LlmFunctions.Benchmarks.Load;
using LlmFunctions.Benchmarks.Subjects;

namespace LlmFunctions.Benchmarks.Queue;

/// <summary>Requests that a router takes with 202, over kept connections.</summary>
internal static class AcceptedLoad
{
    /// <summary>How many a second were taken.</summary>
    public static async Task<double> MeasureAsync(Uri router, int connections, TimeSpan duration)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = router };
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(begun) < duration; count++)
                await QueueAsync(http);
            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>Where the answer of the request will be.</summary>
    /// <exception cref="InvalidDataException">It was not taken with 202.</exception>
    public static async Task<Uri> QueueAsync(HttpClient http)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, FastEndpoint.ChatPath)
        {
            Content = new StringContent(ChatBody.Whole, Encoding.UTF8, "application/json"),
            Headers = { { "Prefer", "respond-async" } },
        };
        using var response = await http.SendAsync(message);
        return response.StatusCode == HttpStatusCode.Accepted
            ? response.Headers.Location!
            : throw new InvalidDataException($"{(int)response.StatusCode} instead of 202: {await response.Content.ReadAsStringAsync()}");
    }
}
