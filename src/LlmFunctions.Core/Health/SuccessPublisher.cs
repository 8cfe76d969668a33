using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.Core.Health;

/// <summary>Writes when callers last had a sound answer into the shared table, off the request path: at most once per deployment and
/// 10 s over all instances, and without a new epoch, for nobody has to learn it before asking. An instance that finds another at it
/// looks ever more seldom.</summary>
internal sealed class SuccessPublisher(DeploymentRegistry registry, IHealthStore store, TimeProvider time) : BackgroundService
{
    private const int ReadsAtOnce = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(80);
    private static readonly TimeSpan ExchangeLimit = TimeSpan.FromSeconds(2);

    private Dictionary<DeploymentId, Look> _looks = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await PublishAllAsync(stoppingToken);
    }

    internal async Task PublishAllAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var looks = registry.All.ToDictionary(state => state.Id, state => _looks.GetValueOrDefault(state.Id) ?? new());
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        var news = registry.All.Where(state =>
            now >= looks[state.Id].Due && state.LastLiveSuccess is { } success && success != looks[state.Id].Success);
        await Parallel.ForEachAsync(news, options, async (state, token) => await PublishAsync(state, looks[state.Id], now, token));
        _looks = looks;
    }

    private async ValueTask PublishAsync(DeploymentState state, Look look, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ExchangeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var success = state.LastLiveSuccess!.Value;
            var isWritten = await TryWriteAsync(state, look, success, now, either.Token).WaitAsync(either.Token);
            look.Pause = isWritten ? Interval : look.Pause * 2 < LongestPause ? look.Pause * 2 : LongestPause;
            // Half a tick early, for ticks are not exact.
            (look.Due, look.Success) = (now + look.Pause - (Interval / 2), success);
        }
        catch (Exception e) when (e is StorageUnavailableException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The table is out: the next tick tries again, and whoever reads the table says so.
        }
    }

    /// <summary>False when another instance wrote one lately, or at this moment.</summary>
    private async Task<bool> TryWriteAsync(DeploymentState state, Look look, DateTimeOffset success, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(state.Id, cancellationToken);
        if (stored is not null)
            state.Merge(stored);
        if (stored?.LastSuccess is { } last && last != look.Success && (last + Interval > now || last >= success))
            return false;
        return await store.TryWriteQuietlyAsync((stored ?? new() { Id = state.Id }) with { LastSuccess = success }, cancellationToken);
    }

    private sealed class Look
    {
        public TimeSpan Pause { get; set; } = Interval;

        public DateTimeOffset Due { get; set; }

        public DateTimeOffset? Success { get; set; }
    }
}
