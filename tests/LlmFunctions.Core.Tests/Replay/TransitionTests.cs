using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;

namespace LlmFunctions.Core.Tests.Replay;

/// <summary>What an endpoint answered is kept, though storage stumbles.</summary>
public sealed class TransitionTests : IDisposable
{
    private static readonly ReplayEnding.Finished Answer = new(RequestState.Succeeded, new StoredResponse(200, [], "{}"u8.ToArray()));

    private readonly ReplayBench _bench = new();

    [Fact]
    public async Task End_StorageFailsForAWhile_IsWrittenWhileTheLeaseHolds()
    {
        var row = await BeginAsync();
        _bench.Ledger.Failing = 5;
        await AdvanceUntilAsync(_bench.Transitions.EndAsync(row, Answer, null));
        Assert.Equal((RequestState.Succeeded, 1), (_bench.Row.State, _bench.Row.AnswerLease));
        Assert.NotNull(await _bench.Ledger.ReadAnswerAsync(ReplayBench.Id, 1, CancellationToken.None));
    }

    [Fact]
    public async Task End_StorageFailsBeyondTheLease_GivesUpSoThatAnotherRunsIt()
    {
        var row = await BeginAsync();
        _bench.Ledger.IsDown = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => AdvanceUntilAsync(_bench.Transitions.EndAsync(row, Answer, null)));
        Assert.True(_bench.Time.GetUtcNow() <= row.LeaseUntil);
    }

    [Fact]
    public async Task End_AnswerOfTheWriteIsLost_IsDoneAllTheSame()
    {
        var row = await BeginAsync();
        _bench.Ledger.LosesNextAnswer = true;
        await AdvanceUntilAsync(_bench.Transitions.EndAsync(row, Answer, null));
        Assert.Equal((RequestState.Succeeded, 1), (_bench.Row.State, _bench.Row.AnswerLease));
    }

    [Fact]
    public async Task TryUpdateLeased_AnswerOfARenewalWasLost_StillHasTheLease()
    {
        var row = await BeginAsync();
        var later = row.LeaseUntil + TimeSpan.FromSeconds(20);
        _bench.Ledger.LosesNextAnswer = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _bench.Transitions.TryUpdateLeasedAsync(row with { LeaseUntil = later }));
        Assert.NotNull(await _bench.Transitions.TryUpdateLeasedAsync(row with { LeaseUntil = later + TimeSpan.FromSeconds(20) }));
    }

    [Fact]
    public async Task TryUpdateLeased_CallerCancelledMeanwhile_HasLostIt()
    {
        var row = await BeginAsync();
        await _bench.Ledger.TryUpdateAsync(row with { State = RequestState.Cancelled }, CancellationToken.None);
        Assert.Null(await _bench.Transitions.TryUpdateLeasedAsync(row));
    }

    [Fact]
    public async Task TryUpdateLeased_AnotherRunsItMeanwhile_HasLostIt()
    {
        var row = await BeginAsync();
        await _bench.Ledger.TryUpdateAsync(row with { LeaseNumber = 2 }, CancellationToken.None);
        Assert.Null(await _bench.Transitions.TryUpdateLeasedAsync(row));
    }

    public void Dispose() => _bench.Dispose();

    private async Task<QueuedRequest> BeginAsync()
    {
        await _bench.QueueAsync();
        return (await _bench.Transitions.TryBeginAsync(_bench.Row, CancellationToken.None))!;
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await Task.Yield();
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await task;
    }
}
