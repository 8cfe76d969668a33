using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Azure.Fallback;

/// <summary>Receives the messages of the storage queue where no Functions trigger does: as many as may run at once, asking ever
/// less often while there are none.</summary>
internal sealed partial class StorageQueueReceiver(
    ReplayMailbox mailbox, IReplayTarget target, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StorageQueueReceiver> logger)
    : BackgroundService
{
    /// <summary>What storage gives out at once.</summary>
    private const int MostAtOnce = 32;
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostIdlePause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostOutagePause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HandBackLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _handBack = new();
    private readonly List<Task> _running = [];

    /// <summary>Receives nothing more and lets finish what runs; what is left when the host's time is over is handed back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _handBack.CancelAsync();
        if (ExecuteTask is { } execution)
            await Task.WhenAny(execution, Task.Delay(HandBackLimit, time, CancellationToken.None));
    }

    public override void Dispose()
    {
        base.Dispose();
        _handBack.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host stops its services one after another, and those with callers in flight may take a while: nothing new begins meanwhile.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await ReceiveAllAsync(stopping.Token);
        await Task.WhenAll(_running);
    }

    private async Task ReceiveAllAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            _running.RemoveAll(run => run.IsCompleted);
            var room = Math.Min(target.MostInFlight - _running.Count, MostAtOnce);
            if (room <= 0)
            {
                await Task.WhenAny([.. _running, Task.Delay(LeastPause, time, stoppingToken)]);
                continue;
            }

            pause = await ReceiveAsync(room, pause, stoppingToken);
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns the pause before the next time; <paramref name="pause"/> was the last.</summary>
    private async Task<TimeSpan> ReceiveAsync(int room, TimeSpan pause, CancellationToken stoppingToken)
    {
        try
        {
            // Not cancelled in between: messages that were already given out would stay hidden.
            var messages = await mailbox.ReceiveAsync(room, MessageInHand.Visibility, CancellationToken.None);
            foreach (var message in messages)
            {
                var inHand = new MessageInHand(message, mailbox, target, time, logger);
                _running.Add(stoppingToken.IsCancellationRequested ? inHand.HandBackAsync() : inHand.RunAsync(_handBack.Token));
            }

            return messages.Length > 0 ? TimeSpan.Zero : Longer(pause, MostIdlePause);
        }
        // The edge of this trigger: whatever it may meet, it must not end the host.
        catch (Exception e)
        {
            var longer = Longer(pause, MostOutagePause);
            LogNotReceived(longer, e.Message.Split('\n')[0].TrimEnd());
            return longer;
        }
    }

    private static TimeSpan Longer(TimeSpan pause, TimeSpan most)
    {
        var longer = pause < LeastPause ? LeastPause : pause * 2;
        return longer < most ? longer : most;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fallback queue cannot be read and is asked again after {Pause}: {Reason}")]
    private partial void LogNotReceived(TimeSpan pause, string reason);
}
