using System.Globalization;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class SweeperTests : IDisposable
{
    private readonly ReplayBench _bench = new();

    [Fact]
    public async Task Sweep_MessageStillHasItsTime_SendsNothing()
    {
        await _bench.QueueAsync();
        _bench.Time.Advance(_bench.Grace - TimeSpan.FromSeconds(1));
        await _bench.SweepAsync();
        Assert.Empty(_bench.Queue.Sent);
    }

    [Fact]
    public async Task Sweep_BacklogThatStaysUnread_IsSentAgainEverLessOften()
    {
        await _bench.QueueAsync();
        var sentAt = new List<double>();
        for (var minute = 0; minute <= 128; minute++)
        {
            await _bench.SweepAsync();
            if (_bench.Queue.Sent.Count > sentAt.Count)
                sentAt.Add(minute);
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(TimeSpan.FromMinutes(1), _bench.Grace);
        Assert.Equal([1, 3, 7, 15, 31, 63, 95, 127], sentAt);
    }

    [Fact]
    public async Task Sweep_QueueDown_TriesAgainAndTheNextRunCountsAnew()
    {
        await _bench.QueueAsync();
        _bench.Queue.IsDown = true;
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        _bench.Queue.IsDown = false;
        _bench.Time.Advance(_bench.Grace * 2);
        await _bench.SweepAsync();
        Assert.Equal([new ReplayMessage(ReplayBench.Id, 3)], _bench.Queue.Sent.Select(sent => sent.Message));
        await _bench.ReceiveAsync(3);
        Assert.Equal((1, 0), (_bench.Row.LeaseNumber, _bench.Row.Resent));
    }

    [Fact]
    public async Task Sweep_RunnerDied_IsFreedOnceItsLeaseIsOver()
    {
        var leased = _bench.Time.GetUtcNow() + _bench.Options.Lease;
        await _bench.QueueAsync(row => row with { State = RequestState.Running, LeaseNumber = 1, LeaseUntil = leased });
        _bench.Time.Advance(_bench.Options.Lease - TimeSpan.FromSeconds(1));
        await _bench.SweepAsync();
        Assert.Equal(RequestState.Running, _bench.Row.State);
        _bench.Time.Advance(TimeSpan.FromSeconds(2));
        await _bench.SweepAsync();
        Assert.Equal((RequestState.Queued, 2), (_bench.Row.State, _bench.Row.MessageNumber));
        Assert.Single(_bench.Queue.Sent);
    }

    [Fact]
    public async Task Sweep_RequestThatWasNeverAccepted_IsRemoved()
    {
        _bench.Ledger.AddOrphan(ReplayBench.Id, _bench.Time.GetUtcNow(), new byte[] { 1 });
        await _bench.SweepAsync();
        Assert.Equal((0, 0), (_bench.Ledger.Bodies, _bench.Ledger.DueEntries));
    }

    [Fact]
    public async Task Sweep_FinishedAndKeptLongEnough_IsRemoved()
    {
        await _bench.QueueAsync(row => row with { State = RequestState.Succeeded, FinishedAt = _bench.Time.GetUtcNow() });
        _bench.Time.Advance(_bench.Options.KeepFinished - TimeSpan.FromMinutes(1));
        await _bench.SweepAsync();
        Assert.Equal(1, _bench.Ledger.Bodies);
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        await _bench.SweepAsync();
        Assert.Equal((0, 0), (_bench.Ledger.Bodies, _bench.Ledger.DueEntries));
    }

    [Fact]
    public async Task Sweep_RowThatCannotBeRead_DoesNotHoldUpTheOthers()
    {
        await _bench.QueueAsync(row => row with { Id = "req_0", DueAt = row.DueAt - TimeSpan.FromSeconds(1) });
        await _bench.QueueAsync();
        _bench.Ledger.Unreadable = "req_0";
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        Assert.Equal([new ReplayMessage(ReplayBench.Id, 2)], _bench.Queue.Sent.Select(sent => sent.Message));
        Assert.Equal(0, await _bench.SweepAsync());
        Assert.Equal(2, _bench.Ledger.DueEntries);
    }

    [Fact]
    public async Task Sweep_DeadButNotListed_IsListed()
    {
        await _bench.QueueAsync(row => row with { State = RequestState.Dead, FinishedAt = _bench.Time.GetUtcNow() });
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        Assert.Equal([ReplayBench.Id], (await _bench.DeadLetters.ListAsync(10, CancellationToken.None)).Select(letter => letter.Id));
    }

    [Fact]
    public async Task Sweep_ReplayedDeadLetterWhoseMessageWasLost_IsSentAgain()
    {
        await _bench.QueueAsync(row => row with { State = RequestState.Dead, FinishedAt = _bench.Time.GetUtcNow() });
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        _bench.Queue.IsDown = true;
        Assert.True(await _bench.DeadLetters.ReplayAsync(ReplayBench.Id, CancellationToken.None));
        Assert.Empty(await _bench.DeadLetters.ListAsync(10, CancellationToken.None));
        _bench.Queue.IsDown = false;
        _bench.Time.Advance(_bench.Grace);
        await _bench.SweepAsync();
        Assert.Equal([ReplayBench.Id], _bench.Queue.Sent.Select(sent => sent.Message.Id));
    }

    [Fact]
    public async Task Sweep_UnfinishedRequest_TellsItsAgeAtEachSweepUntilItIsDone()
    {
        await _bench.QueueAsync();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            await _bench.SweepAsync();
        }

        await _bench.Ledger.TryUpdateAsync(_bench.Row with { State = RequestState.Cancelled, FinishedAt = _bench.Time.GetUtcNow() }, CancellationToken.None);
        await _bench.SweepAsync();

        Assert.Equal(
            [60, 120, 180],
            _bench.SweeperLog.Lines.Where(line => line.Message.StartsWith("The oldest unfinished request, req_1 for m, has waited ", StringComparison.Ordinal))
                .Select(line => int.Parse(line.Message.Split(' ')[^2], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Sweep_LedgerDown_EndsWithoutThrowing()
    {
        await _bench.QueueAsync();
        _bench.Ledger.IsDown = true;
        Assert.Equal(0, await _bench.SweepAsync());
    }

    public void Dispose() => _bench.Dispose();
}
