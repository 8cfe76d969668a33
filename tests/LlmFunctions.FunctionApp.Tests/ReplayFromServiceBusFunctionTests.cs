using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Moq;

namespace LlmFunctions.FunctionApp.Tests;

public sealed class ReplayFromServiceBusFunctionTests
{
    [Fact]
    public async Task RunAsync_CallersError_IsStoredBeforeTheMessageIsCompleted()
    {
        using var bench = new QueuedRequestBench(model: "unknown");

        await bench.ReceiveAsync("req_1.1");

        Assert.Equal(["store the answer", "complete"], bench.Steps);
        Assert.Equal((RequestState.Failed, 404), (bench.Row.State, bench.Row.AnswerStatus));
    }

    [Fact]
    public async Task RunAsync_NothingAvailable_IsEnqueuedAnewBeforeTheMessageIsCompleted()
    {
        using var bench = new QueuedRequestBench();

        await bench.ReceiveAsync("req_1.1");

        Assert.Equal(["send req_1.2", "complete"], bench.Steps);
        Assert.True(Assert.Single(bench.Sent).ScheduledEnqueueTime > bench.Clock.Now);
        Assert.Equal((RequestState.Queued, 2, 1), (bench.Row.State, bench.Row.MessageNumber, bench.Row.Postponed));
    }

    [Fact]
    public async Task RunAsync_NothingAvailableAndSenderFails_IsLeftToTheSweeper()
    {
        using var bench = new QueuedRequestBench { IsSenderDown = true };

        await bench.ReceiveAsync("req_1.1");
        Assert.Equal(["complete"], bench.Steps);
        Assert.Equal(RequestState.Queued, bench.Row.State);

        bench.IsSenderDown = false;
        await bench.SweepAsync();
        Assert.Empty(bench.Sent);

        bench.Clock.Now = bench.Row.DueAt;
        await bench.SweepAsync();
        Assert.Equal(["complete", $"send req_1.{bench.Row.MessageNumber}"], bench.Steps);
    }

    [Fact]
    public async Task RunAsync_BodyGone_IsDeadInTheLedgerAndTheMessageIsCompleted()
    {
        using var bench = new QueuedRequestBench { Body = null };

        await bench.ReceiveAsync("req_1.1");

        Assert.Equal(["complete"], bench.Steps);
        Assert.Equal(RequestState.Dead, bench.Row.State);
        bench.Ledger.Verify(ledger => ledger.SetDeadLetterAsync("req_1", true, It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task RunAsync_StaleMessage_IsCompletedWithoutARun()
    {
        using var bench = new QueuedRequestBench();

        await bench.ReceiveAsync("req_1.0");

        Assert.Equal(["complete"], bench.Steps);
        Assert.Equal(("0", 0), (bench.Row.ETag, bench.Row.LeaseNumber));
    }

    [Fact]
    public async Task RunAsync_MessageNamesNoRequest_IsADeadLetterOfTheQueue()
    {
        using var bench = new QueuedRequestBench();

        await bench.ReceiveAsync("nonsense");

        Assert.Equal(["dead-letter: Its MessageId names no request."], bench.Steps);
    }

    [Fact]
    public async Task RunAsync_LedgerUnreachable_IsSentAgainBeforeTheMessageIsCompleted()
    {
        using var bench = new QueuedRequestBench();
        bench.Ledger.Setup(ledger => ledger.ReadAsync("req_1", It.IsAny<CancellationToken>())).ThrowsAsync(new StorageUnavailableException("no answer", new TimeoutException()));

        await bench.ReceiveAsync("req_1.1");

        Assert.Equal(["send req_1.1", "complete"], bench.Steps);
    }

    [Fact]
    public async Task RunAsync_HostStops_IsHandedBackAndTheMessageIsCompleted()
    {
        using var stop = new CancellationTokenSource();
        using var bench = new QueuedRequestBench();
        bench.Ledger.Setup(ledger => ledger.ReadBodyAsync("req_1", It.IsAny<CancellationToken>())).Returns(async (string _, CancellationToken token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return null;
        });

        await bench.ReceiveAsync("req_1.1", stop.Token);

        Assert.Equal(["send req_1.2", "complete"], bench.Steps);
        Assert.Equal((RequestState.Queued, 0, 0), (bench.Row.State, bench.Row.Postponed, bench.Row.Failures));
    }
}
