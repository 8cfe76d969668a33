using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>An endpoint that answers with bytes as they are given, also such as no well-behaved server sends.</summary>
internal sealed class RawEndpoint : IAsyncDisposable
{
    private readonly TcpServer _server;
    private readonly Func<int, IAsyncEnumerable<string>> _answer;
    private int _requests;

    /// <param name="answer">The whole answer to the n-th request, counted from 1.</param>
    public RawEndpoint(Func<int, Task<string>> answer)
        : this(number => One(answer(number)))
    {
    }

    /// <param name="answer">The answer to the n-th request, counted from 1, piece by piece.</param>
    public RawEndpoint(Func<int, IAsyncEnumerable<string>> answer)
    {
        _answer = answer;
        _server = new(ServeAsync);
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}/v1");

    /// <summary>Request line and headers of the last request, a character for each byte.</summary>
    public string LastHead { get; private set; } = "";

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>A refusal for too many requests, with headers written as they are.</summary>
    public static string TooManyRequests(params (string Name, string Value)[] headers) =>
        $"HTTP/1.1 429 Too Many Requests\r\n{string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\r\n"))}Connection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async IAsyncEnumerable<string> One(Task<string> whole)
    {
        yield return await whole;
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        LastHead = await ReadRequestAsync(stream);
        await foreach (var piece in _answer(Interlocked.Increment(ref _requests)))
            await stream.WriteAsync(Encoding.Latin1.GetBytes(piece));
    }

    private static async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var head = new StringBuilder();
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            head.AppendLine(line);
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
        }

        var body = new char[length];
        await reader.ReadBlockAsync(body);
        return head.ToString();
    }
}
