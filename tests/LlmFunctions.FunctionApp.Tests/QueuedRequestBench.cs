using Azure.Messaging.ServiceBus;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Moq;

namespace LlmFunctions.FunctionApp.Tests;

/// <summary>One queued request, the trigger of its message with the app's own services behind it, and what happened, in order.</summary>
internal sealed class QueuedRequestBench : IDisposable
{
    private readonly IHost _host;
    private readonly Mock<ServiceBusSender> _sender = new();
    private readonly Mock<ServiceBusMessageActions> _actions = new();

    public QueuedRequestBench(string model = "m")
    {
        Row = new()
        {
            Id = "req_1",
            Owner = "tests",
            Model = model,
            Method = "POST",
            Path = "/v1/chat/completions",
            ContentType = "application/json",
            CreatedAt = Clock.Now,
            ExpiresAt = Clock.Now.AddHours(24),
            DueAt = Clock.Now.AddSeconds(60),
            MessageNumber = 1,
            ETag = "0",
        };
        Body = BinaryData.FromString($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]}""");
        SetUpLedger();
        SetUpServiceBus();
        var client = new Mock<ServiceBusClient>();
        client.Setup(c => c.CreateSender("llm-requests")).Returns(_sender.Object);
        _host = FunctionAppServices.Build(
            services => services.AddSingleton<TimeProvider>(Clock).AddSingleton(client.Object),
            services => services.Replace(ServiceDescriptor.Singleton(Ledger.Object)));
    }

    public StoppedClock Clock { get; } = new();

    public Mock<IRequestLedger> Ledger { get; } = new();

    public QueuedRequest Row { get; private set; }

    public BinaryData? Body { get; set; }

    public bool IsSenderDown { get; set; }

    public List<string> Steps { get; } = [];

    public List<ServiceBusMessage> Sent { get; } = [];

    /// <summary>What the host does when a message arrives.</summary>
    public Task ReceiveAsync(string messageId, CancellationToken cancellationToken = default) =>
        ActivatorUtilities.CreateInstance<ReplayFromServiceBusFunction>(_host.Services).RunAsync(
            ServiceBusModelFactory.ServiceBusReceivedMessage(messageId: messageId, timeToLive: TimeSpan.FromHours(24), enqueuedTime: Clock.Now),
            _actions.Object,
            cancellationToken);

    public Task SweepAsync() => _host.Services.GetRequiredService<LedgerSweeper>().RunOnceAsync(CancellationToken.None);

    public void Dispose() => _host.Dispose();

    private void SetUpLedger()
    {
        Ledger.SetupGet(ledger => ledger.Shards).Returns(1);
        Ledger.Setup(ledger => ledger.ReadAsync(Row.Id, It.IsAny<CancellationToken>())).ReturnsAsync(() => Row);
        Ledger.Setup(ledger => ledger.ReadBodyAsync(Row.Id, It.IsAny<CancellationToken>())).ReturnsAsync(() => Body?.ToMemory());
        Ledger.Setup(ledger => ledger.TryUpdateAsync(It.IsAny<QueuedRequest>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((QueuedRequest row, CancellationToken _) => row.ETag == Row.ETag ? Row = row with { ETag = row.ETag + "'" } : null);
        Ledger.Setup(ledger => ledger.WriteAnswerAsync(Row.Id, It.IsAny<int>(), It.IsAny<StoredResponse>(), It.IsAny<CancellationToken>()))
            .Callback(() => Steps.Add("store the answer")).Returns(Task.CompletedTask);
        Ledger.Setup(ledger => ledger.ListDueAsync(0, It.IsAny<DateTimeOffset>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((int _, DateTimeOffset now, int _, CancellationToken _) => Row.DueAt <= now ? [new(Row.Id, Row.DueAt, "key")] : []);
    }

    private void SetUpServiceBus()
    {
        _sender.Setup(sender => sender.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusMessage message, CancellationToken _) =>
            {
                if (IsSenderDown)
                    throw new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy);
                Sent.Add(message);
                Steps.Add($"send {message.MessageId}");
                return Task.CompletedTask;
            });
        _actions.Setup(actions => actions.CompleteMessageAsync(It.IsAny<ServiceBusReceivedMessage>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusReceivedMessage _, CancellationToken token) => SettleAsync("complete", token));
        _actions.Setup(actions => actions.DeadLetterMessageAsync(
                It.IsAny<ServiceBusReceivedMessage>(), null, It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusReceivedMessage _, Dictionary<string, object>? _, string? reason, string? _, CancellationToken token) =>
                SettleAsync($"dead-letter: {reason}", token));
    }

    // As the host does it: nothing is settled for who has been cancelled.
    private Task SettleAsync(string step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Steps.Add(step);
        return Task.CompletedTask;
    }
}
