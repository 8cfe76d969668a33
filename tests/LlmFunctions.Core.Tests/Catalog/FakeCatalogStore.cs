using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

/// <summary>A catalog store in memory that can be down, hang, or let somebody else go first.</summary>
internal sealed class FakeCatalogStore : ICatalogStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, (CatalogVersion Version, string? Document)> _versions = [];
    private CatalogHead? _head;
    private int _etag;
    private int _looks;

    public bool IsDown { get; set; }

    /// <summary>Calls never end, not even when their token is cancelled.</summary>
    public bool Hangs { get; set; }

    /// <summary>Calls fail in a way that no store should.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Fails every attempt to move the head with an outage.</summary>
    public bool HeadIsReadOnly { get; set; }

    /// <summary>Runs once, before the next attempt to move the head.</summary>
    public Action? BeforeMove { get; set; }

    /// <summary>Runs once, after the next document was read.</summary>
    public Action? AfterRead { get; set; }

    public int Reads { get; private set; }

    public int Looks => Volatile.Read(ref _looks);

    public int Count => _versions.Count;

    public long? HeadNumber => _head?.Number;

    public async Task<CatalogHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        await AnswerAsync(cancellationToken);
        lock (_lock)
            return _head;
    }

    public async Task<string?> ReadDocumentAsync(long number, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        Reads++;
        string? document;
        lock (_lock)
            document = _versions.TryGetValue(number, out var found) ? found.Document : null;
        var after = AfterRead;
        AfterRead = null;
        after?.Invoke();
        return document;
    }

    public async Task<IReadOnlyList<CatalogVersion>> ListVersionsAsync(CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        lock (_lock)
            return [.. _versions.Values.Select(v => v.Version).Reverse()];
    }

    public async Task<CatalogVersion> AddVersionAsync(string document, string author, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        return Add(document, author);
    }

    public async Task<bool> TryMoveHeadAsync(long number, CatalogHead? expected, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        var before = BeforeMove;
        BeforeMove = null;
        before?.Invoke();
        if (HeadIsReadOnly)
            throw Outage();
        lock (_lock)
        {
            if (_head?.ETag != expected?.ETag)
                return false;
            _head = new(number, $"etag{++_etag}");
            return true;
        }
    }

    /// <summary>What somebody else does to the storage: stores a document, or only its row.</summary>
    public CatalogVersion Add(string? document, string author = "somebody")
    {
        lock (_lock)
        {
            var number = _versions.Count == 0 ? 1 : _versions.Keys.Max() + 1;
            var version = new CatalogVersion(number, CatalogHash.Of(document ?? ""), author, DateTimeOffset.UnixEpoch);
            _versions[number] = (version, document);
            return version;
        }
    }

    public void MoveHead(long number)
    {
        lock (_lock)
            _head = new(number, $"etag{++_etag}");
    }

    public void Publish(string? document) => MoveHead(Add(document).Number);

    public void Repair(long number, string document)
    {
        lock (_lock)
            _versions[number] = (_versions[number].Version, document);
    }

    public void ForgetHead() => _head = null;

    private Task AnswerAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Hangs)
            return new TaskCompletionSource().Task;
        if (IsBroken)
            return Task.FromException(new InvalidOperationException("A bug."));
        return IsDown ? Task.FromException(Outage()) : Task.CompletedTask;
    }

    private static StorageUnavailableException Outage() => new("The storage is down.", new IOException());
}
