using LlmFunctions.Core.Forwarding.Splicing;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What an endpoint answered, ready to be relayed: either whole or as a stream. Dispose it in any case.</summary>
public sealed class EndpointAnswer : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owner;
    private readonly Func<bool>? _isBroken;

    /// <summary>An answer that is held whole.</summary>
    public EndpointAnswer(int statusCode, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body)
    {
        (StatusCode, Headers, Body) = (statusCode, headers, body);
    }

    /// <summary>An answer that is still arriving.</summary>
    /// <param name="statusCode">Its status.</param>
    /// <param name="headers">Its headers that may reach the caller.</param>
    /// <param name="chunks">Enumerate once; each chunk is valid until the next is asked for, and wants a flush of its own.</param>
    /// <param name="owner">Gives back the connection and the place in flight.</param>
    /// <param name="isBroken">Tells, once the stream was read, whether it broke.</param>
    public EndpointAnswer(
        int statusCode,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        IAsyncEnumerable<ReadOnlyMemory<byte>> chunks,
        IAsyncDisposable owner,
        Func<bool>? isBroken = null)
    {
        (StatusCode, Headers, Chunks, _owner, _isBroken) = (statusCode, headers, chunks, owner, isBroken);
    }

    /// <summary>A deployment's stream, as far as the caller's has not been made of it yet.</summary>
    internal EndpointAnswer(int statusCode, IReadOnlyList<KeyValuePair<string, string>> headers, OpenStream stream, StreamTranscript? transcript)
        : this(statusCode, headers, stream.RelayAsync(), stream, () => stream.Break is not null)
    {
        (Stream, Transcript) = (stream, transcript);
    }

    public int StatusCode { get; }

    /// <summary>Those that may reach the caller (<see cref="RelayedHeaders.MayReturn"/>), Content-Type among them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The whole body; empty when <see cref="Chunks"/> is set.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as it arrives, or null when it is held whole.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Chunks { get; }

    internal OpenStream? Stream { get; }

    /// <summary>What goes to the caller, where another deployment may go on with it.</summary>
    internal StreamTranscript? Transcript { get; }

    /// <summary>Whether the stream ended with an error instead of its sound end; known once it was read.</summary>
    public bool IsBroken => _isBroken?.Invoke() == true;

    /// <summary>Whether the chunk that was given last is the stream's sound end. A stream that ends with its connection never says so.</summary>
    public bool IsEnding => Ending?.Invoke() == true;

    internal Func<bool>? Ending { private get; init; }

    public ValueTask DisposeAsync() => _owner?.DisposeAsync() ?? ValueTask.CompletedTask;
}
