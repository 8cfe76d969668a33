using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Tests.Fallback;

/// <summary>Keys in memory with the table's ETags, and outages.</summary>
internal sealed class FakeIdempotencyStore : IIdempotencyStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Owner, string Key), IdempotencyEntry> _entries = [];
    private int _etags;

    public bool IsDown { get; set; }

    /// <summary>How often something was written, or would have been.</summary>
    public int Writes { get; private set; }

    /// <summary>What happens while an entry is being written.</summary>
    public Action WhileWriting { get; set; } = () => { };

    /// <summary>How often the whole table was read.</summary>
    public int Lists { get; private set; }

    public IReadOnlyCollection<IdempotencyEntry> Entries => _entries.Values;

    public Task<IdempotencyEntry?> ReadAsync(string owner, string key, CancellationToken cancellationToken) =>
        CallAsync(() => _entries.GetValueOrDefault((owner, key)), cancellationToken);

    /// <summary>A write that was cancelled under way is made all the same, but nobody is told.</summary>
    public async Task<IdempotencyEntry?> TryWriteAsync(IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        Writes++;
        var written = await CallAsync(
            () => _entries.GetValueOrDefault((entry.Owner, entry.Key))?.ETag == entry.ETag
                ? _entries[(entry.Owner, entry.Key)] = entry with { ETag = $"{++_etags}" }
                : null,
            cancellationToken);
        WhileWriting();
        cancellationToken.ThrowIfCancellationRequested();
        return written;
    }

    public Task RemoveAsync(IdempotencyEntry entry, CancellationToken cancellationToken) => CallAsync(
        () => _entries.GetValueOrDefault((entry.Owner, entry.Key))?.ETag == entry.ETag && _entries.Remove((entry.Owner, entry.Key)),
        cancellationToken);

    public Task<IReadOnlyList<IdempotencyEntry>> ListExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        Lists++;
        return CallAsync<IReadOnlyList<IdempotencyEntry>>(() => [.. _entries.Values.Where(entry => entry.ExpiresAt <= now).Take(most)], cancellationToken);
    }

    private Task<T> CallAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (IsDown)
            return Task.FromException<T>(new StorageUnavailableException("down", new IOException()));
        lock (_lock)
            return Task.FromResult(call());
    }
}
