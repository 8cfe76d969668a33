using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>An endpoint that speaks HTTP/2 over TLS and may refuse a request before it looks at it (RFC 9113 §8.7). Frames are written by hand,
/// since no server refuses on demand.</summary>
internal sealed class Http2Endpoint : IAsyncDisposable
{
    private const int PrefaceLength = 24;
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte EndOfStream = 1, Ack = 1, EndOfHeaders = 4;
    private const uint RefusedStream = 7;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly Func<int, Http2Answer> _script;
    private readonly byte[] _answer;
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    /// <param name="certificate">With its key.</param>
    /// <param name="answer">The JSON of a sound answer.</param>
    /// <param name="script">What becomes of the n-th request, counted from 1.</param>
    public Http2Endpoint(X509Certificate2 certificate, byte[] answer, Func<int, Http2Answer> script)
    {
        (_certificate, _answer, _script) = (certificate, answer, script);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Those refused too.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        Interlocked.Increment(ref _connections);
        try
        {
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, CancellationToken.None);
            await stream.ReadExactlyAsync(new byte[PrefaceLength]);
            await WriteAsync(stream, Settings, 0, 0, []);
            while (true)
                await TakeFrameAsync(stream);
        }
        catch (Exception end) when (end is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The router closed the connection.
        }
    }

    private async Task TakeFrameAsync(SslStream stream)
    {
        var head = new byte[9];
        await stream.ReadExactlyAsync(head);
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await stream.ReadExactlyAsync(payload);
        var (type, flags, id) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
        if (type is Settings or Ping && (flags & Ack) == 0)
            await WriteAsync(stream, type, Ack, 0, type == Ping ? payload : []);
        else if (type == Headers)
            await DecideAsync(stream, id);
        else if (type == Data && (flags & EndOfStream) != 0 && _script(Requests) == Http2Answer.Sound)
            await AnswerAsync(stream, id);
    }

    private Task DecideAsync(SslStream stream, int id) => _script(Interlocked.Increment(ref _requests)) switch
    {
        Http2Answer.RefusesTheStream => WriteAsync(stream, Reset, 0, id, BigEndian(RefusedStream)),
        // The last stream that was looked at is none; error code 0.
        Http2Answer.GoesAway => WriteAsync(stream, GoAway, 0, 0, new byte[8]),
        _ => Task.CompletedTask,
    };

    private async Task AnswerAsync(SslStream stream, int id)
    {
        // ":status: 200", entry 8 of HPACK's static table.
        await WriteAsync(stream, Headers, EndOfHeaders, id, [0x88]);
        await WriteAsync(stream, Data, EndOfStream, id, _answer);
    }

    private static async Task WriteAsync(SslStream stream, byte type, byte flags, int id, byte[] payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. BigEndian((uint)id), .. payload];
        await stream.WriteAsync(frame);
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
