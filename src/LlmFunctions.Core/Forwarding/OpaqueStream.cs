using System.Runtime.CompilerServices;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>An answer that is neither JSON nor events, such as sound: relayed as it comes once its first bytes are there.</summary>
internal sealed class OpaqueStream(Stream stream, HttpResponseMessage response, AttemptLease lease) : IAsyncDisposable
{
    private const int ChunkSize = 16 * 1024;

    private bool _isBroken;

    public static async Task<AttemptOutcome> OpenAsync(HttpResponseMessage response, AttemptLease lease, AttemptClock clock)
    {
        var stream = await response.Content.ReadAsStreamAsync(clock.Token);
        var buffer = new byte[ChunkSize];
        var read = await stream.ReadAsync(buffer, clock.Token);
        if (read == 0)
            return new AttemptOutcome.Failed(FailureKind.Malformed, "empty");

        clock.Stop();
        var opaque = new OpaqueStream(stream, response, lease);
        return new AttemptOutcome.Answered(new(
            (int)response.StatusCode, ResponseHeaders.Of(response), opaque.RelayAsync(buffer, read), opaque, () => opaque._isBroken));
    }

    /// <summary>A lost connection throws here, which cuts the caller's connection too: bytes have no in-band errors.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync(
        byte[] buffer, int read, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (read > 0)
        {
            yield return buffer.AsMemory(0, read);
            read = await ReadAsync(buffer, cancellationToken);
        }
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            _isBroken = true;
            lease.Report(new HealthSignal.Failure(FailureKind.Reset));
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        lease.Dispose();
        return ValueTask.CompletedTask;
    }
}
