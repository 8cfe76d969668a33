using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LlmFunctions.Benchmarks.Subjects;

namespace LlmFunctions.Benchmarks.Load;

/// <summary>One connection that sends the same chat request again and again. Bytes over a socket: the load must cost less than what it measures.</summary>
internal sealed class ChatConnection : IDisposable
{
    private static readonly byte[] ContentLength = "\r\nContent-Length: "u8.ToArray();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[16 * 1024];
    private readonly byte[] _request;

    private ChatConnection(Uri address)
    {
        _request = Encoding.ASCII.GetBytes(
            $"POST {FastEndpoint.ChatPath} HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: OpenAI/Python 1.60.0\r\n" +
            $"Accept: application/json\r\nAuthorization: Bearer {Router.CallerKey}\r\nContent-Type: application/json\r\n" +
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {ChatBody.Whole.Length}\r\n\r\n{ChatBody.Whole}"));
    }

    public static async Task<ChatConnection> OpenAsync(Uri address)
    {
        var connection = new ChatConnection(address);
        await connection._socket.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>One exchange.</summary>
    /// <exception cref="InvalidDataException">It was not answered with a 200 and a body.</exception>
    public async ValueTask ExchangeAsync()
    {
        await _socket.SendAsync(_request);
        var filled = 0;
        var due = -1;
        while (due < 0 || filled < due)
        {
            var read = await _socket.ReceiveAsync(_received.AsMemory(filled));
            if (read == 0)
                throw new InvalidDataException("The connection was closed.");
            filled += read;
            if (due < 0)
                due = LengthOf(_received.AsSpan(0, filled));
        }

        if (due != filled)
            throw new InvalidDataException("More came than was announced.");
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The whole message's length; -1 while its head is not complete.</summary>
    private static int LengthOf(ReadOnlySpan<byte> message)
    {
        var headEnd = message.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            return -1;
        var head = message[..(headEnd + 2)];
        var at = head.IndexOf(ContentLength);
        if (!head.StartsWith("HTTP/1.1 200 "u8) || at < 0)
            throw new InvalidDataException($"Not an answer with a length: {Encoding.ASCII.GetString(message)}");
        var value = head[(at + ContentLength.Length)..];
        return headEnd + 4 + int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
