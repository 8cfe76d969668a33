namespace LlmFunctions.Simulator;

/// <summary>One remembered response. A background response is done as soon as it is first asked for. Thread-safe.</summary>
internal sealed class StoredResponse(ResponseDraft draft)
{
    private readonly Lock _lock = new();
    private string? _status = draft.IsInBackground ? null : draft.FinalStatus;

    public object Retrieve()
    {
        lock (_lock)
            return draft.InStatus(_status ??= draft.FinalStatus);
    }

    /// <summary>Null if it was never in the background; one that is done stays as it is.</summary>
    public object? TryCancel()
    {
        lock (_lock)
            return draft.IsInBackground ? draft.InStatus(_status ??= "cancelled") : null;
    }
}
