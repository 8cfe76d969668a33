using System.Threading.Channels;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>The deployments whose health other instances should know, each at most once. Thread-safe.</summary>
internal sealed class HealthChanges
{
    private readonly Lock _lock = new();
    private readonly HashSet<DeploymentId> _waiting = [];
    private readonly Channel<DeploymentId> _queue = Channel.CreateUnbounded<DeploymentId>();

    public void Add(DeploymentId id)
    {
        lock (_lock)
        {
            if (_waiting.Add(id))
                _queue.Writer.TryWrite(id);
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes all that wait. What changes while it is published waits again.</summary>
    public IReadOnlyList<DeploymentId> TakeAll()
    {
        var taken = new List<DeploymentId>();
        lock (_lock)
        {
            while (_queue.Reader.TryRead(out var id))
                taken.Add(id);
            _waiting.Clear();
        }

        return taken;
    }
}
