namespace LlmFunctions.Core.Health;

/// <summary>Keeps the registry as fresh as the shared table.</summary>
public sealed class HealthRefresher
{
    /// <summary>Age of the shared state; null when it was never read.</summary>
    public TimeSpan? Age => throw new NotImplementedException();

    /// <summary>Whether the state was read, or a read timed out once.</summary>
    public bool IsReady => throw new NotImplementedException();

    /// <summary>Reads the table when the state is older than 5 s or was never read; at most 300 ms; never throws but on cancellation.</summary>
    public ValueTask EnsureFreshAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
