namespace LlmFunctions.Core.Health;

/// <summary>What the deployments of one endpoint have in common. Thread-safe.</summary>
internal sealed class EndpointState(string name)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _lastLoss;
    private DateTimeOffset? _lastLiveSuccess;
    private volatile DeploymentState[] _deployments = [];

    public string Name => name;

    /// <summary>Whether it runs, if the catalog says that it need not.</summary>
    public StandbyState Standby { get; } = new(name);

    /// <summary>Its deployments in the catalog in force.</summary>
    public IReadOnlyList<DeploymentState> Deployments => _deployments;

    /// <summary>When a caller last had a sound answer from any of its deployments.</summary>
    public DateTimeOffset? LastLiveSuccess
    {
        get { lock (_lock) return _lastLiveSuccess; }
    }

    public void Add(DeploymentState deployment) => _deployments = [.. _deployments, deployment];

    public void Replace(DeploymentState[] deployments) => _deployments = deployments;

    /// <summary>Records a lost connection. False when the attempt began before the last loss was seen: HTTP/2 attempts
    /// share one connection, so they count as that same loss.</summary>
    public bool TryRecordLoss(DateTimeOffset began, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (began < _lastLoss)
                return false;
            _lastLoss = now;
            return true;
        }
    }

    /// <summary>Something was learnt about the whole endpoint: a probe ended, or a caller had an answer of one of its deployments.</summary>
    public void NoteEvidence(DateTimeOffset now)
    {
        foreach (var deployment in _deployments)
            deployment.Evidence.Add(now);
    }

    public void RecordLiveSuccess(DateTimeOffset now)
    {
        lock (_lock)
            _lastLiveSuccess = now;
    }

    /// <summary>What cannot be connected to cannot serve the siblings either.</summary>
    public void SpreadConnectionFailure(DeploymentState from, DateTimeOffset now)
    {
        foreach (var sibling in _deployments)
        {
            if (sibling == from)
                continue;
            sibling.Evidence.Add(now);
            sibling.FailWithSibling();
        }
    }
}
