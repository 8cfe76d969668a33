using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Tests.Replay;

/// <summary>A ledger in memory with the table's ETags, one shard, and outages.</summary>
internal sealed class FakeRequestLedger : IRequestLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, QueuedRequest> _rows = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _bodies = [];
    private readonly Dictionary<(string Id, int Lease), StoredResponse> _answers = [];
    private readonly Dictionary<string, DueRequest> _due = [];
    private readonly List<string> _dead = [];
    private int _etags;
    private int _keys;

    public bool IsDown { get; set; }

    /// <summary>How many more calls fail.</summary>
    public int Failing { get; set; }

    /// <summary>The next write is made, but its answer is lost.</summary>
    public bool LosesNextAnswer { get; set; }

    /// <summary>A request whose row cannot be read.</summary>
    public string? Unreadable { get; set; }

    public int Shards => 1;

    public int Bodies => _bodies.Count;

    public int DueEntries => _due.Count;

    public QueuedRequest this[string id] => _rows[id];

    public Task<QueuedRequest> AddAsync(QueuedRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => CallAsync(() =>
    {
        AddOrphan(request.Id, request.DueAt, body);
        return _rows[request.Id] = request with { ETag = NewETag() };
    });

    /// <summary>As a router leaves it that dies before the row.</summary>
    public void AddOrphan(string id, DateTimeOffset dueAt, ReadOnlyMemory<byte> body)
    {
        _bodies[id] = body;
        AddDue(id, dueAt);
    }

    public Task<QueuedRequest?> ReadAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(() => id == Unreadable ? throw new InvalidDataException("unreadable") : _rows.GetValueOrDefault(id));

    public Task<QueuedRequest?> TryUpdateAsync(QueuedRequest request, CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (_rows.GetValueOrDefault(request.Id)?.ETag != request.ETag)
            return null;
        _rows[request.Id] = request with { ETag = NewETag() };
        if (LosesNextAnswer)
        {
            LosesNextAnswer = false;
            throw Down();
        }

        return _rows[request.Id];
    });

    public Task<ReadOnlyMemory<byte>?> ReadBodyAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(() => _bodies.TryGetValue(id, out var body) ? body : (ReadOnlyMemory<byte>?)null);

    public Task WriteAnswerAsync(string id, int lease, StoredResponse answer, CancellationToken cancellationToken) =>
        CallAsync(() => _answers[(id, lease)] = answer);

    public Task<StoredResponse?> ReadAnswerAsync(string id, int lease, CancellationToken cancellationToken) =>
        CallAsync(() => _answers.GetValueOrDefault((id, lease)));

    public Task RemoveAnswerAsync(string id, int lease, CancellationToken cancellationToken) => CallAsync(() => _answers.Remove((id, lease)));

    public Task<IReadOnlyList<DueRequest>> ListDueAsync(int shard, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<DueRequest>>(() => [.. _due.Values.Where(entry => entry.DueAt <= now).OrderBy(entry => entry.DueAt).Take(most)]);

    public Task AddDueAsync(string id, DateTimeOffset dueAt, CancellationToken cancellationToken) => CallAsync(() =>
    {
        AddDue(id, dueAt);
        return true;
    });

    public Task MoveDueAsync(DueRequest entry, DateTimeOffset dueAt, CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (_due.Remove(entry.Key))
            AddDue(entry.Id, dueAt);
        return true;
    });

    public Task RemoveDueAsync(DueRequest entry, CancellationToken cancellationToken) => CallAsync(() => _due.Remove(entry.Key));

    public Task PurgeAsync(string id, CancellationToken cancellationToken) => CallAsync(() =>
    {
        foreach (var key in _answers.Keys.Where(key => key.Id == id).ToList())
            _answers.Remove(key);
        return _bodies.Remove(id) | _rows.Remove(id);
    });

    public Task SetDeadLetterAsync(string id, bool isDead, CancellationToken cancellationToken) => CallAsync(() =>
    {
        _dead.Remove(id);
        if (isDead)
            _dead.Insert(0, id);
        return true;
    });

    public Task<IReadOnlyList<string>> ListDeadLettersAsync(int most, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<string>>(() => [.. _dead.Take(most)]);

    private void AddDue(string id, DateTimeOffset dueAt)
    {
        var key = $"{++_keys}";
        _due[key] = new(id, dueAt, key);
    }

    private string NewETag() => $"{++_etags}";

    private Task<T> CallAsync<T>(Func<T> call)
    {
        lock (_lock)
        {
            if (IsDown || Failing-- > 0)
                return Task.FromException<T>(Down());
            Failing = 0;
            try
            {
                return Task.FromResult(call());
            }
            catch (Exception e)
            {
                return Task.FromException<T>(e);
            }
        }
    }

    private static StorageUnavailableException Down() => new("down", new IOException());
}
