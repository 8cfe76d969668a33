using System.Collections;

namespace LlmFunctions.Core.Forwarding;

/// <summary>The attempts of one request, in order. It may grow while the answer is relayed, since a stream that breaks is continued
/// by another deployment; who reads it meanwhile sees a moment of it. One writer, any readers.</summary>
internal sealed class AttemptLog(IReadOnlyList<AttemptRecord> earlier) : IReadOnlyList<AttemptRecord>
{
    private volatile AttemptRecord[] _records = [.. earlier];

    public int Count => _records.Length;

    public AttemptRecord this[int index] => _records[index];

    public void Add(AttemptRecord record) => _records = [.. _records, record];

    /// <summary>The stream of the last attempt broke after it had begun.</summary>
    public void BreakLast(string code) => _records = [.. _records[..^1], _records[^1] with { Broke = code }];

    public IEnumerator<AttemptRecord> GetEnumerator() => ((IEnumerable<AttemptRecord>)_records).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
