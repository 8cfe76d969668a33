using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>An answer that is neither JSON nor events, such as sound: relayed as it comes once its first bytes are there.</summary>
internal sealed class OpaqueStream : IAsyncDisposable
{
    private const int ChunkSize = 16 * 1024;

    private readonly Stream _stream;
    private readonly HttpResponseMessage _response;
    private readonly AttemptLease _lease;
    private readonly TimeSpan _idleLimit;
    private readonly TimeProvider _time;
    private bool _isBroken;

    private OpaqueStream(Stream stream, HttpResponseMessage response, AttemptLease lease, TimeSpan idleLimit, TimeProvider time)
    {
        (_stream, _response, _lease, _idleLimit, _time) = (stream, response, lease, idleLimit, time);
    }

    /// <param name="longest">The most bytes of an answer that is held whole.</param>
    public static async Task<AttemptOutcome> OpenAsync(
        ModelRequest request, HttpResponseMessage response, AttemptLease lease, AttemptClock clock, int longest, TimeProvider time)
    {
        var stream = await response.Content.ReadAsStreamAsync(clock.Token);
        var buffer = new byte[ChunkSize];
        var read = await stream.ReadAsync(buffer, clock.Token);
        if (read == 0)
            return new AttemptOutcome.Failed(FailureKind.Malformed, "empty");

        clock.Stop();
        lease.Observation?.BeginAnswer(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        var opaque = new OpaqueStream(stream, response, lease, request.IdleLimit, time);
        if (request.HoldsWhole)
            return new AttemptOutcome.Answered(await opaque.HoldAsync(buffer, read, longest, clock.Token));
        return new AttemptOutcome.Answered(new(
            (int)response.StatusCode, ResponseHeaders.Of(response), opaque.RelayAsync(buffer, read), opaque, () => opaque._isBroken));
    }

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        _lease.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<EndpointAnswer> HoldAsync(byte[] buffer, int read, int longest, CancellationToken cancellationToken)
    {
        var whole = new ArrayBufferWriter<byte>(ChunkSize);
        while (read > 0)
        {
            if (whole.WrittenCount + read > longest)
                throw new InvalidDataException("The answer is too long.");
            whole.Write(buffer.AsSpan(0, read));
            read = await ReadOrStallAsync(buffer, cancellationToken);
        }

        return new((int)_response.StatusCode, ResponseHeaders.Of(_response), whole.WrittenMemory);
    }

    /// <summary>A lost or stalled connection throws here, which cuts the caller's connection too: bytes have no in-band errors.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync(
        byte[] buffer, int read, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (read > 0)
        {
            yield return buffer.AsMemory(0, read);
            read = await ReadAsync(buffer, cancellationToken);
        }

        _lease.Observation?.FinishAnswer();
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadOrStallAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            _isBroken = true;
            _lease.Observation?.Settle(e is StalledException ? "stream_stalled" : "stream_cut", isError: true);
            _lease.Report(new HealthSignal.Failure(e is StalledException ? FailureKind.Timeout : FailureKind.Reset));
            throw;
        }
    }

    private async ValueTask<int> ReadOrStallAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(_idleLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            return await _stream.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StalledException($"The endpoint sent nothing for {_idleLimit.TotalSeconds:0.#} s.");
        }
    }

    private sealed class StalledException(string message) : IOException(message);
}
