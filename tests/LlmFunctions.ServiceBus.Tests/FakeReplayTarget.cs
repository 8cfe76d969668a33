using LlmFunctions.Core.Fallback;

namespace LlmFunctions.ServiceBus.Tests;

/// <summary>Does with each message what the test says.</summary>
internal sealed class FakeReplayTarget(Func<ReplayMessage, CancellationToken, Task> run) : IReplayTarget
{
    public int MostInFlight => 4;

    public Task ReplayAsync(ReplayMessage message, CancellationToken cancellationToken) => run(message, cancellationToken);
}
