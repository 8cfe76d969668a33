namespace LlmFunctions.Playground.Demo;

/// <summary>Steady traffic until stopped.</summary>
internal sealed class DemoTraffic(DemoCaller caller, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<DemoAnswer>> _sent = [];
    private Task _sending = Task.CompletedTask;

    public void Start(CancellationToken cancellationToken) => _sending = SendAsync(cancellationToken);

    /// <summary>Stops sending and gives every answer.</summary>
    public async Task<IReadOnlyList<DemoAnswer>> StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        return await Task.WhenAll(_sent);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _stop.Dispose();
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                _sent.Add(caller.AskAsync(caller.NextPrompt(), null, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
