using System.Net.Sockets;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Options;
using Moq;

namespace LlmFunctions.ServiceBus.Tests;

public sealed class ServiceBusFallbackQueueTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly List<ServiceBusMessage> _sent = [];
    private readonly Mock<ServiceBusSender> _sender = new();
    private readonly Mock<ServiceBusClient> _client = new();
    private readonly ServiceBusFallbackQueue _queue;

    public ServiceBusFallbackQueueTests()
    {
        _sender.Setup(sender => sender.SendMessageAsync(Capture.In(_sent), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        _client.Setup(client => client.CreateSender("llm-requests")).Returns(_sender.Object);
        _queue = new(_client.Object, Options.Create(new FallbackQueueOptions()), new FixedTime(Now));
    }

    public static TheoryData<Exception> Outages =>
    [
        new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy),
        new ServiceBusException("gone", ServiceBusFailureReason.MessagingEntityNotFound),
        new ServiceBusException("slow", ServiceBusFailureReason.ServiceTimeout),
        new UnauthorizedAccessException("no"),
        new CredentialUnavailableException("no identity"),
        new TimeoutException("slow"),
        new TaskCanceledException("slow"),
        new SocketException(111),
        new IOException("cut"),
    ];

    [Fact]
    public async Task EnqueueAsync_NoDelay_SendsIdAndNumberOnly()
    {
        await _queue.EnqueueAsync("req_1", 7, TimeSpan.Zero, Day, CancellationToken.None);

        var message = Assert.Single(_sent);
        Assert.Equal("req_1.7", message.MessageId);
        Assert.Equal("req_1.7", message.Body.ToString());
        Assert.Equal(Day, message.TimeToLive);
        Assert.Equal(default, message.ScheduledEnqueueTime);
    }

    [Fact]
    public async Task EnqueueAsync_Delay_SchedulesTheMessage()
    {
        await _queue.EnqueueAsync("req_1", 2, TimeSpan.FromSeconds(30), Day, CancellationToken.None);

        Assert.Equal(Now.AddSeconds(30), Assert.Single(_sent).ScheduledEnqueueTime);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-10)]
    [InlineData(59)]
    public async Task EnqueueAsync_NearlyExpired_LivesForAMinute(double seconds)
    {
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, TimeSpan.FromSeconds(seconds), CancellationToken.None);

        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(_sent).TimeToLive);
    }

    [Fact]
    public async Task EnqueueAsync_ManyMessages_UseOneSender()
    {
        for (var number = 1; number <= 3; number++)
            await _queue.EnqueueAsync("req_1", number, TimeSpan.Zero, Day, CancellationToken.None);

        Assert.Equal(["req_1.1", "req_1.2", "req_1.3"], _sent.Select(message => message.MessageId));
        _client.Verify(client => client.CreateSender(It.IsAny<string>()), Times.Once);
    }

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task EnqueueAsync_SenderFails_SaysThatTheQueueIsUnavailable(Exception outage)
    {
        Fails(outage);

        var e = await Assert.ThrowsAsync<QueueUnavailableException>(() => _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, CancellationToken.None));

        Assert.Same(outage, e.InnerException);
        Assert.StartsWith("Service Bus did not take the message: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnqueueAsync_CallerLeaves_IsItsCancellation()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        Fails(new TaskCanceledException());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, left.Token));
    }

    [Fact]
    public async Task EnqueueAsync_Bug_IsNotTakenForAnOutage()
    {
        Fails(new InvalidOperationException("bug"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, CancellationToken.None));
    }

    private void Fails(Exception exception) =>
        _sender.Setup(sender => sender.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>())).ThrowsAsync(exception);
}
