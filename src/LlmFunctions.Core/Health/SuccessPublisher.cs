using System.Collections.Concurrent;
using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.Core.Health;

/// <summary>Writes when callers last had a sound answer into the shared table, off the request path: at most once per deployment and
/// 10 s over all instances, and without a new epoch, for nobody has to learn it before asking. Of many busy instances the one that
/// wrote goes on; the others look at ever fewer rows, down to two per 10 s, and at more again when they find old ones.</summary>
internal sealed class SuccessPublisher(DeploymentRegistry registry, IHealthStore store, TimeProvider time, Random random) : BackgroundService
{
    private const int FirstLooks = 8;
    private const int FewestLooks = 2;
    private const int MostLooks = 4096;
    private const int LooksAtOnce = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<DeploymentId, DateTimeOffset> _written = [];
    private int _looks = FirstLooks;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Instances that start together must not look together.
        await Task.Delay(Interval * random.NextDouble(), time, stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
            await PublishAllAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task PublishAllAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var busy = registry.All.Where(state => state.LastLiveSuccess + Interval > now).ToArray();
        random.Shuffle(busy);
        var looked = busy.OrderByDescending(state => _written.ContainsKey(state.Id)).Take(_looks).ToList();
        var written = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(looked, options, async (state, token) =>
        {
            if (await TryPublishAsync(state, now, token))
                Interlocked.Increment(ref written);
        });
        _looks = Math.Clamp(written == looked.Count ? _looks * 2 : written * 2 < looked.Count ? _looks / 2 : _looks, FewestLooks, MostLooks);
    }

    private async Task<bool> TryPublishAsync(DeploymentState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LookLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The wait ends even if a storage client does not mind its token.
            return await TryWriteAsync(state, now, either.Token).WaitAsync(either.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The table is out, or holds what cannot be read: the next tick tries again, and whoever reads the table says so.
            return false;
        }
    }

    /// <summary>False when another instance wrote one lately, or at this moment.</summary>
    private async Task<bool> TryWriteAsync(DeploymentState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var success = state.LastLiveSuccess!.Value;
        var stored = await store.ReadAsync(state.Id, cancellationToken);
        if (stored is not null)
            state.Merge(stored);
        var isOurs = _written.TryRemove(state.Id, out var ours) && ours == stored?.LastSuccess;
        if (!isOurs && stored?.LastSuccess + Interval > now)
            return false;
        if (!await store.TryWriteQuietlyAsync((stored ?? new() { Id = state.Id }) with { LastSuccess = success }, cancellationToken))
            return false;
        _written[state.Id] = success;
        return true;
    }
}
