using System.Collections.Concurrent;
using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health;

/// <summary>Writes what changed here into the shared table, off the request path. While the table cannot be reached, what
/// changed is kept and tried again.</summary>
internal sealed partial class HealthPublisher(DeploymentRegistry registry, IHealthStore store, TimeProvider time, Random random,
    ILogger<HealthPublisher> logger) : BackgroundService
{
    private const int WritesAtOnce = 4;
    private const int TriesPerWrite = 5;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await PublishAllAsync(either.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (await registry.Changes.WaitAsync(stoppingToken))
        {
            var published = await PublishAllAsync(stoppingToken);
            if (published && pause > TimeSpan.Zero)
                LogShared();
            pause = published ? TimeSpan.Zero : Longer(pause);
            if (!published)
                await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>Whether everything that waited was written; the rest waits again.</summary>
    internal async Task<bool> PublishAllAsync(CancellationToken cancellationToken)
    {
        var left = new ConcurrentQueue<DeploymentId>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce };
        await Parallel.ForEachAsync(registry.Changes.TakeAll(), options, async (id, _) =>
        {
            if (!await TryPublishAsync(id, cancellationToken))
                left.Enqueue(id);
        });
        foreach (var id in left)
            registry.Changes.Add(id);
        return left.IsEmpty;
    }

    private async Task<bool> TryPublishAsync(DeploymentId id, CancellationToken cancellationToken)
    {
        if (!registry.TryGet(id, out var state))
            return true;
        using var limit = new CancellationTokenSource(WriteLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await WriteAsync(state, either.Token);
        }
        catch (StorageUnavailableException e)
        {
            LogKept(id, e.Message);
        }
        catch (OperationCanceledException)
        {
            LogKept(id, "no answer in time");
        }
        catch (Exception e)
        {
            // The edge of the publisher: a row that cannot be read must not end the host, nor keep the others from being written.
            LogBroken(e, id);
        }

        return false;
    }

    private async Task<bool> WriteAsync(DeploymentState state, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesPerWrite; tries++)
        {
            var row = state.ToRow();
            // The wait ends even if a storage client does not mind its token.
            if (await store.TryWriteAsync(row, cancellationToken).WaitAsync(cancellationToken))
            {
                state.SetPublished(row);
                return true;
            }

            // The first conflict only says that our ETag is old; the next ones, that others write at this very moment.
            if (tries > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(10, 60) * tries), time, cancellationToken);
            var stored = await store.ReadAsync(state.Id, cancellationToken).WaitAsync(cancellationToken);
            if (stored is null)
                state.ForgetStored();
            else if (IsShared(state, stored))
                return true;
        }

        return false;
    }

    private static bool IsShared(DeploymentState state, HealthRow stored)
    {
        state.Merge(stored);
        var shared = state.ToRow() == stored;
        if (shared)
            state.SetPublished(stored);
        return shared;
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause < ShortestPause ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The health of {Deployment} is not shared yet and will be written later: {Reason}")]
    private partial void LogKept(DeploymentId deployment, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The health of {Deployment} could not be written, and will be tried again")]
    private partial void LogBroken(Exception exception, DeploymentId deployment);

    [LoggerMessage(Level = LogLevel.Information, Message = "Health is shared again")]
    private partial void LogShared();
}
