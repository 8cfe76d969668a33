using Azure.Messaging.ServiceBus;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;

namespace LlmFunctions.ServiceBus.Tests;

public sealed class ServiceBusReplayHandlerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly List<string> _steps = [];
    private readonly List<ServiceBusMessage> _sent = [];
    private readonly Mock<ServiceBusSender> _sender = new();
    private readonly ServiceBusFallbackQueue _queue;

    public ServiceBusReplayHandlerTests()
    {
        _sender.Setup(sender => sender.SendMessageAsync(Capture.In(_sent), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusMessage message, CancellationToken _) => Note($"send {message.MessageId}"));
        var client = new Mock<ServiceBusClient>();
        client.Setup(c => c.CreateSender("llm-requests")).Returns(_sender.Object);
        _queue = new(client.Object, Options.Create(new FallbackQueueOptions()), new FixedTime(Now));
    }

    [Fact]
    public async Task HandleAsync_RequestIsDone_CompletesAfterwards()
    {
        var handler = Handler((message, _) => Note($"replay {message}"));

        await ReceiveAsync(handler, Message("req_1.3"));

        Assert.Equal(["replay req_1.3", "Complete"], _steps);
    }

    [Fact]
    public async Task HandleAsync_RequestIsPutOff_IsEnqueuedAnewBeforeItsMessageIsCompleted()
    {
        await ReceiveAsync(Handler(PutOff), Message("req_1.3"));

        Assert.Equal(["send req_1.4", "Complete"], _steps);
    }

    [Fact]
    public async Task HandleAsync_PutOffAndSenderFails_IsNotCompleted()
    {
        SenderFails();

        await Assert.ThrowsAsync<QueueUnavailableException>(() => ReceiveAsync(Handler(PutOff), Message("req_1.3")));

        Assert.Empty(_steps);
    }

    [Fact]
    public async Task HandleAsync_LedgerUnreachable_IsSentAgainLaterBeforeItsMessageIsCompleted()
    {
        await ReceiveAsync(Handler(Unreachable), Message("req_1.3"));

        Assert.Equal(["send req_1.3", "Complete"], _steps);
        Assert.Equal(Now.AddSeconds(30), Assert.Single(_sent).ScheduledEnqueueTime);
    }

    [Fact]
    public async Task HandleAsync_LedgerUnreachable_LeavesTheMessageTheRestOfItsLife()
    {
        await ReceiveAsync(Handler(Unreachable), Message("req_1.3", enqueued: Now.AddHours(-2), timeToLive: TimeSpan.FromHours(24)));

        Assert.Equal(TimeSpan.FromHours(22), Assert.Single(_sent).TimeToLive);
    }

    [Fact]
    public async Task HandleAsync_LedgerAndSenderFail_LetsTheMessageComeAgain()
    {
        SenderFails();

        await Assert.ThrowsAsync<QueueUnavailableException>(() => ReceiveAsync(Handler(Unreachable), Message("req_1.3")));

        Assert.Empty(_steps);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("req_1")]
    [InlineData("req_1.")]
    [InlineData(".1")]
    [InlineData("req_1.-1")]
    [InlineData("req_1.x")]
    [InlineData("req_1.99999999999")]
    public async Task HandleAsync_MessageIdNamesNoRequest_IsADeadLetter(string? messageId)
    {
        var handler = Handler((message, _) => Note($"replay {message}"));

        await ReceiveAsync(handler, Message(messageId));

        Assert.Equal(["DeadLetter"], _steps);
    }

    [Fact]
    public async Task HandleAsync_DeliveredOften_IsNoReasonToGiveUp()
    {
        var handler = Handler((message, _) => Note($"replay {message}"));

        await ReceiveAsync(handler, Message("req_1.3", deliveryCount: 100));

        Assert.Equal(["replay req_1.3", "Complete"], _steps);
    }

    [Fact]
    public async Task HandleAsync_ReplayThrows_LetsTheMessageComeAgain()
    {
        var handler = Handler((_, _) => throw new InvalidOperationException("no"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReceiveAsync(handler, Message("req_1.3")));

        Assert.Empty(_steps);
    }

    [Fact]
    public async Task HandleAsync_HostStops_TellsTheReplay()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var handler = Handler((_, token) => Task.FromCanceled(token));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handler.HandleAsync(Message("req_1.3"), stop.Token));
    }

    private ServiceBusReplayHandler Handler(Func<ReplayMessage, CancellationToken, Task> run) =>
        new(new FakeReplayTarget(run), _queue, new FixedTime(Now), NullLogger<ServiceBusReplayHandler>.Instance);

    private Task PutOff(ReplayMessage message, CancellationToken token) =>
        _queue.EnqueueAsync(message.Id, message.Number + 1, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), token);

    private static Task Unreachable(ReplayMessage message, CancellationToken token) =>
        throw new StorageUnavailableException("no answer", new TimeoutException());

    private static ServiceBusReceivedMessage Message(
        string? messageId, int deliveryCount = 1, DateTimeOffset? enqueued = null, TimeSpan? timeToLive = null) =>
        ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: BinaryData.FromString("anything"),
            messageId: messageId,
            timeToLive: timeToLive ?? TimeSpan.FromHours(1),
            deliveryCount: deliveryCount,
            sequenceNumber: 42,
            enqueuedTime: enqueued ?? Now);

    private void SenderFails() =>
        _sender.Setup(sender => sender.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy));

    // As the trigger does: nothing is settled when the handler throws.
    private async Task ReceiveAsync(ServiceBusReplayHandler handler, ServiceBusReceivedMessage message) =>
        await Note((await handler.HandleAsync(message, CancellationToken.None)).ToString());

    private Task Note(string step)
    {
        _steps.Add(step);
        return Task.CompletedTask;
    }
}
