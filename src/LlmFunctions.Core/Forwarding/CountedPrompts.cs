using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Remembers against which deployments a prompt counted that was answered with 5xx: one that crashes engines opens two
/// circuits at most, however often it comes. Thread-safe.</summary>
internal sealed class CountedPrompts(TimeProvider time)
{
    private const int MostDeployments = 2;

    // Two ages of entries, dropped an age at a time: bounded without a search for the oldest.
    private const int MostOfAnAge = 5_000;
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private Dictionary<UInt128, List<DeploymentId>> _young = [];
    private Dictionary<UInt128, List<DeploymentId>> _old = [];
    private DateTimeOffset _youngSince = time.GetUtcNow();

    /// <summary>Whether the failure counts against the deployment's health.</summary>
    public bool TryCount(UInt128 prompt, DeploymentId deployment)
    {
        lock (_lock)
        {
            GrowOld();
            if (!_young.TryGetValue(prompt, out var counted))
                _young[prompt] = counted = _old.GetValueOrDefault(prompt) ?? new(MostDeployments);
            if (counted.Contains(deployment))
                return true;
            if (counted.Count == MostDeployments)
                return false;
            counted.Add(deployment);
            return true;
        }
    }

    /// <summary>Somebody answered it: the failures were the deployments' own.</summary>
    public void Forget(UInt128 prompt)
    {
        lock (_lock)
        {
            _young.Remove(prompt);
            _old.Remove(prompt);
        }
    }

    private void GrowOld()
    {
        var now = time.GetUtcNow();
        if (_young.Count < MostOfAnAge && now - _youngSince < Age)
            return;
        // After two silent ages the old ones are too old as well.
        _old = now - _youngSince < 2 * Age ? _young : [];
        _young = [];
        _youngSince = now;
    }
}
