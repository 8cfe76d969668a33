namespace LlmFunctions.Core.Catalog;

/// <summary>Takes over each catalog before it is in force, so that no request meets a catalog whose deployments have no state.</summary>
public interface ICatalogObserver
{
    void Adopt(CatalogSnapshot snapshot);
}
