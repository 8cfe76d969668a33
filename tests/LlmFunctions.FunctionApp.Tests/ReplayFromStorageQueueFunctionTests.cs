using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace LlmFunctions.FunctionApp.Tests;

public sealed class ReplayFromStorageQueueFunctionTests
{
    private readonly Mock<IReplayTarget> _target = new(MockBehavior.Strict);
    private readonly ReplayFromStorageQueueFunction _function;

    public ReplayFromStorageQueueFunctionTests() => _function = new(_target.Object, NullLogger<ReplayFromStorageQueueFunction>.Instance);

    [Fact]
    public async Task RunAsync_Message_RunsItsRequest()
    {
        using var stop = new CancellationTokenSource();
        _target.Setup(target => target.ReplayAsync(new("req_1", 3), stop.Token)).Returns(Task.CompletedTask);

        await _function.RunAsync("req_1.3", stop.Token);

        _target.VerifyAll();
    }

    [Fact]
    public async Task RunAsync_MessageNamesNoRequest_IsDropped()
    {
        await _function.RunAsync("nonsense", CancellationToken.None);

        _target.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task RunAsync_LedgerUnreachable_LetsTheMessageComeAgain()
    {
        _target.Setup(target => target.ReplayAsync(It.IsAny<ReplayMessage>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StorageUnavailableException("no answer", new TimeoutException()));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _function.RunAsync("req_1.3", CancellationToken.None));
    }
}
