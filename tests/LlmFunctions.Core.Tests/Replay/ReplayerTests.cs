using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class ReplayerTests : IDisposable
{
    private readonly ReplayBench _bench = new();

    [Fact]
    public async Task Replay_ItsMessage_RunsAndIsPutOffUnderTheNextNumber()
    {
        await _bench.QueueAsync();
        await _bench.ReceiveAsync(1);
        Assert.Equal((RequestState.Queued, 1, 1, 2), (_bench.Row.State, _bench.Row.LeaseNumber, _bench.Row.Postponed, _bench.Row.MessageNumber));
        Assert.Equal([new ReplayMessage(ReplayBench.Id, 2)], _bench.Queue.Sent.Select(sent => sent.Message));
    }

    [Fact]
    public async Task Replay_MessageOfBeforeTheLastRun_DoesNotCutThePauseShort()
    {
        await _bench.QueueAsync();
        await _bench.ReceiveAsync(1);
        await _bench.ReceiveAsync(1);
        Assert.Equal(1, _bench.Row.LeaseNumber);
    }

    [Fact]
    public async Task Replay_MessageThatWasOnlySlow_RunsThoughItWasSentAgain()
    {
        await _bench.QueueAsync();
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        Assert.Equal(2, _bench.Row.MessageNumber);
        await _bench.ReceiveAsync(1);
        Assert.Equal(1, _bench.Row.LeaseNumber);
    }

    [Fact]
    public async Task Replay_BothMessagesArrive_RunsOnce()
    {
        await _bench.QueueAsync();
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        await _bench.ReceiveAsync(1);
        await _bench.ReceiveAsync(2);
        Assert.Equal(1, _bench.Row.LeaseNumber);
    }

    [Fact]
    public async Task Replay_AnotherRunsIt_IsLeftAlone()
    {
        await _bench.QueueAsync(row => row with { State = RequestState.Running, LeaseNumber = 1, LeaseUntil = _bench.Time.GetUtcNow() + _bench.Options.Lease });
        await _bench.ReceiveAsync(1);
        Assert.Equal((RequestState.Running, 1), (_bench.Row.State, _bench.Row.LeaseNumber));
    }

    [Fact]
    public async Task Replay_OlderThanItsTime_ExpiresWithoutARun()
    {
        await _bench.QueueAsync();
        _bench.Time.Advance(TimeSpan.FromHours(24));
        await _bench.ReceiveAsync(1);
        Assert.Equal((RequestState.Expired, 0), (_bench.Row.State, _bench.Row.LeaseNumber));
    }

    [Fact]
    public async Task Replay_LedgerDown_ThrowsSoThatTheMessageComesAgain()
    {
        await _bench.QueueAsync();
        _bench.Ledger.IsDown = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _bench.ReceiveAsync(1));
    }

    public void Dispose() => _bench.Dispose();
}
