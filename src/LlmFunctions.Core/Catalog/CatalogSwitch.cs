namespace LlmFunctions.Core.Catalog;

/// <summary>Puts catalogs in force on this instance: the observers first, then the holder. Thread-safe.</summary>
public sealed class CatalogSwitch(CatalogHolder holder, IEnumerable<ICatalogObserver> observers)
{
    private readonly ICatalogObserver[] _observers = [.. observers];
    private readonly Lock _lock = new();

    public void Adopt(CatalogSnapshot snapshot)
    {
        lock (_lock)
            Swap(snapshot);
    }

    /// <summary>False, and nothing changed, when <paramref name="seen"/> is no longer in force: what was read from storage
    /// may then be older than what this instance published meanwhile.</summary>
    public bool TryAdopt(CatalogSnapshot snapshot, CatalogSnapshot? seen)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(holder.Current, seen))
                return false;
            Swap(snapshot);
            return true;
        }
    }

    private void Swap(CatalogSnapshot snapshot)
    {
        foreach (var observer in _observers)
            observer.Adopt(snapshot);
        holder.Swap(snapshot);
    }
}
