using System.Globalization;
using LlmFunctions.Testing;

namespace LlmFunctions.Manifests.Tests;

/// <summary>A caller that asks one question after another over one connection that is kept alive, until it is turned away.</summary>
internal sealed class KeptAliveCaller(Uri address, string key, int number) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    private int _begun;

    /// <summary>The answers, by prompt.</summary>
    public Dictionary<string, ChatReply> Replies { get; } = [];

    /// <summary>The prompt that got no answer.</summary>
    public string? TurnedAway { get; private set; }

    /// <summary>Whether there was nobody to connect to, rather than a connection that broke.</summary>
    public bool IsRefused { get; private set; }

    public int Begun => Volatile.Read(ref _begun);

    public async Task RunAsync(TimeSpan atMost)
    {
        // One after another, so that at any moment some are about to send.
        await Task.Delay(TimeSpan.FromMilliseconds(20 * number));
        var end = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            var prompt = string.Create(CultureInfo.InvariantCulture, $"caller {number} question {Interlocked.Increment(ref _begun)}");
            try
            {
                Replies[prompt] = await _http.ChatAsync(prompt, stream: number % 2 == 0, ("api-key", key));
            }
            catch (HttpRequestException e)
            {
                (TurnedAway, IsRefused) = (prompt, e.HttpRequestError == HttpRequestError.ConnectionError);
                return;
            }
        }
    }

    public void Dispose() => _http.Dispose();
}
