using System.Collections;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class DecisionWriterTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly DecisionOptions _options = new() { Share = 0, Buffer = 1_000, MostPerSecond = 20 };
    private readonly FakeDecisionStore _store;
    private readonly ListLogger<DecisionWriter> _log = new();
    private readonly DecisionLog _decisions;
    private readonly DecisionWriter _writer;

    public DecisionWriterTests()
    {
        _store = new(_time);
        _decisions = new(_options, _time, new EvenRandom());
        _writer = new(_decisions, _store, _options, _time, _log);
    }

    [Fact]
    public async Task Execute_MoreThanASecondTakes_WritesNoFasterThanAllowed()
    {
        Add(25);
        await _writer.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _store.Writes.Count == 1);
        Assert.Equal([10], _store.Writes);
        await Eventually.TrueAsync(() => _store.Writes.Count == 3, () => _time.Advance(TimeSpan.FromMilliseconds(500)));
        Assert.Equal([10, 10, 5], _store.Writes);
        await _writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Execute_StorageIsOutForAWhile_WritesAllAfterwards()
    {
        _store.Failure = new StorageUnavailableException("down", new IOException());
        Add(15);
        await _writer.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _log.Lines.Count >= 3, () => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Empty(_store.Kept);
        _store.Failure = null;
        await Eventually.TrueAsync(() => _store.Kept.Count == 15, () => _time.Advance(TimeSpan.FromSeconds(1)));
        await _writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Execute_StorageStaysOut_TriesEverLessOften()
    {
        _store.Failure = new StorageUnavailableException("down", new IOException());
        Add(1);
        await _writer.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _store.Tries.Count == 6, () => _time.Advance(TimeSpan.FromMilliseconds(100)));
        var pauses = _store.Tries.Zip(_store.Tries.Skip(1), (one, next) => (next - one).TotalSeconds).ToArray();
        Assert.All(pauses.Zip([1.0, 2, 4, 8, 16]), pause => Assert.True(pause.First >= pause.Second, $"{pause.First} s is shorter than {pause.Second} s."));
        await _writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Execute_OneWriteIsBroken_GoesOnWithTheNext()
    {
        _store.Failure = new InvalidOperationException("broken");
        Add(1);
        await _writer.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Message.Contains("could not be written", StringComparison.Ordinal)));
        _store.Failure = null;
        Add(1);
        await Eventually.TrueAsync(() => _store.Kept.Count == 1, () => _time.Advance(TimeSpan.FromSeconds(1)));
        await _writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Execute_OneCannotBeConverted_GoesOnWithTheOthers()
    {
        var broken = Requests.Decide("req_broken", "east:503") with { HealthAge = TimeSpan.Zero, Candidates = new BrokenList() };
        _decisions.Add(Requests.New("req_broken"), Requests.Refused(broken));
        Add(1);
        await _writer.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _store.Kept.Count == 1, () => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Contains(_log.Lines, line => line.Message == "1 decisions could not be written");
        await _writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Execute_SomeWereDropped_SaysHowMany()
    {
        Add(1_003);
        await _writer.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Message.StartsWith("3 decisions were dropped", StringComparison.Ordinal)));
        await _writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stop_SomeWait_WritesThemFirst()
    {
        await _writer.StartAsync(CancellationToken.None);
        Add(33);
        await _writer.StopAsync(CancellationToken.None);
        Assert.Equal(33, _store.Kept.Count);
    }

    public void Dispose() => _writer.Dispose();

    private sealed class BrokenList : IReadOnlyList<CandidateDecision>
    {
        public int Count => 1;

        public CandidateDecision this[int index] => throw new InvalidOperationException("broken");

        public IEnumerator<CandidateDecision> GetEnumerator() => throw new InvalidOperationException("broken");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var id = $"req_{Guid.NewGuid():N}";
            _decisions.Add(Requests.New(id), Requests.Refused(Requests.Decide(id)));
        }
    }
}
