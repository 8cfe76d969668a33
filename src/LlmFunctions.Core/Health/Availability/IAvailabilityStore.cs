using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>Hours and incidents that outlive instances. What fails to reach the storage throws <see cref="StorageUnavailableException"/>.</summary>
public interface IAvailabilityStore
{
    /// <summary>Writes what an instance learnt in an hour, over what it wrote of that hour before.</summary>
    /// <param name="instance">Any text.</param>
    /// <param name="hour">When the hour began.</param>
    /// <param name="sheet">All it learnt.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    Task WriteSheetAsync(string instance, DateTimeOffset hour, HourSheet sheet, CancellationToken cancellationToken);

    /// <summary>Every sheet of the hours from the first moment until before the second, in no order.</summary>
    Task<IReadOnlyList<StoredSheet>> ReadSheetsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Puts the sheets of several instances into one, hour by hour. Nothing is counted twice, whoever else merges and wherever it
    /// breaks off. Only for hours that no instance writes any more.</summary>
    /// <param name="since">From the hour of this moment.</param>
    /// <param name="until">Until before the hour of this moment.</param>
    /// <param name="hold">For how long what was learnt about a deployment holds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task MergeSheetsAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Begins an incident. While the deployment has one of its kind that is open, that one goes on, from the earlier start.</summary>
    Task OpenIncidentAsync(Incident incident, CancellationToken cancellationToken);

    /// <summary>Ends the deployment's open incident of a kind; nothing when there is none.</summary>
    Task CloseIncidentAsync(DeploymentId deployment, IncidentKind kind, DateTimeOffset endedAt, CancellationToken cancellationToken);

    Task<IReadOnlyList<Incident>> ListOpenIncidentsAsync(CancellationToken cancellationToken);

    /// <summary>Every incident that touches the time, the open ones too; in order of their start.</summary>
    Task<IReadOnlyList<Incident>> ListIncidentsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Removes hours, and incidents that ended, before that moment.</summary>
    Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
