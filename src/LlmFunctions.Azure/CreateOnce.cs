namespace LlmFunctions.Azure;

/// <summary>Creates a table, container or queue before it is first written to. Thread-safe: those who come first together
/// all create it, which storage allows.</summary>
internal sealed class CreateOnce(Func<CancellationToken, Task> create)
{
    private volatile bool _created;

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_created)
            return;
        await create(cancellationToken);
        _created = true;
    }

    /// <summary>Somebody deleted it.</summary>
    public void Forget() => _created = false;
}
