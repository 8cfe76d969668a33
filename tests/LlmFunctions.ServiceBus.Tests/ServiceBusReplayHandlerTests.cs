using Azure.Messaging.ServiceBus;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;

namespace LlmFunctions.ServiceBus.Tests;

public sealed class ServiceBusReplayHandlerTests
{
    private readonly List<string> _steps = [];

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
        var sender = new Mock<ServiceBusSender>();
        sender.Setup(s => s.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusMessage message, CancellationToken _) => Note($"send {message.MessageId}"));
        var queue = Queue(sender);
        var handler = Handler((message, token) =>
            queue.EnqueueAsync(message.Id, message.Number + 1, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), token));

        await ReceiveAsync(handler, Message("req_1.3"));

        Assert.Equal(["send req_1.4", "Complete"], _steps);
    }

    [Fact]
    public async Task HandleAsync_PutOffAndSenderFails_IsNotCompleted()
    {
        var sender = new Mock<ServiceBusSender>();
        sender.Setup(s => s.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy));
        var queue = Queue(sender);
        var handler = Handler((message, token) =>
            queue.EnqueueAsync(message.Id, message.Number + 1, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), token));

        await Assert.ThrowsAsync<QueueUnavailableException>(() => ReceiveAsync(handler, Message("req_1.3")));

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

    private static ServiceBusReplayHandler Handler(Func<ReplayMessage, CancellationToken, Task> run) =>
        new(new FakeReplayTarget(run), NullLogger<ServiceBusReplayHandler>.Instance);

    private static ServiceBusReceivedMessage Message(string? messageId, int deliveryCount = 1) =>
        ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: BinaryData.FromString("anything"), messageId: messageId, deliveryCount: deliveryCount, sequenceNumber: 42);

    private static ServiceBusFallbackQueue Queue(Mock<ServiceBusSender> sender)
    {
        var client = new Mock<ServiceBusClient>();
        client.Setup(c => c.CreateSender("llm-requests")).Returns(sender.Object);
        return new(client.Object, Options.Create(new FallbackQueueOptions()), TimeProvider.System);
    }

    // As the trigger does: nothing is settled when the handler throws.
    private async Task ReceiveAsync(ServiceBusReplayHandler handler, ServiceBusReceivedMessage message) =>
        await Note((await handler.HandleAsync(message, CancellationToken.None)).ToString());

    private Task Note(string step)
    {
        _steps.Add(step);
        return Task.CompletedTask;
    }
}
