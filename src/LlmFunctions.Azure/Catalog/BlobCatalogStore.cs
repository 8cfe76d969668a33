using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Azure.Catalog;

/// <summary>The catalog's documents as blobs <c>{prefix}-catalog/0000000001.json</c>, their versions as rows of a table.</summary>
public sealed class BlobCatalogStore : ICatalogStore
{
    private readonly CatalogTable _table;
    private readonly BlobContainerClient _container;
    private readonly CreateOnce _creation;
    private readonly TimeProvider _timeProvider;

    public BlobCatalogStore(StorageClients clients, TimeProvider timeProvider)
    {
        _table = new(clients.Tables.GetTableClient($"{clients.Prefix}catalog"));
        _container = clients.Blobs.GetBlobContainerClient($"{clients.Prefix}-catalog");
        _creation = new(async token =>
        {
            await _table.CreateAsync(token);
            await _container.CreateIfNotExistsAsync(cancellationToken: token);
        });
        _timeProvider = timeProvider;
    }

    public Task<CatalogHead?> ReadHeadAsync(CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read which catalog is in force", () => _table.ReadHeadAsync(cancellationToken), cancellationToken);

    public Task<string?> ReadDocumentAsync(long number, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read a version of the catalog", () => DownloadAsync(number, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<CatalogVersion>> ListVersionsAsync(CancellationToken cancellationToken) =>
        StorageCall.RunAsync("list the versions of the catalog", () => _table.ListAsync(cancellationToken), cancellationToken);

    public Task<CatalogVersion> AddVersionAsync(string document, string author, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "store a version of the catalog",
            () => WriteAsync(() => AddAsync(document, author, cancellationToken), cancellationToken),
            cancellationToken);

    public Task<bool> TryMoveHeadAsync(long number, CatalogHead? expected, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "put a version of the catalog in force",
            () => WriteAsync(() => _table.TryMoveHeadAsync(number, expected, cancellationToken), cancellationToken),
            cancellationToken);

    private async Task<string?> DownloadAsync(long number, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await BlobOf(number).DownloadContentAsync(cancellationToken);
            // Editors on Windows begin a file with a byte order mark, which no JSON parser takes.
            return blob.Value.Content.ToString().TrimStart('\uFEFF');
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    // The blob's name is what two writers race for: who finds it taken goes on to the next number. A blob without a row is
    // one whose writer died in between; its number is lost.
    private async Task<CatalogVersion> AddAsync(string document, string author, CancellationToken cancellationToken)
    {
        var versions = await _table.ListAsync(cancellationToken);
        for (var number = versions.Count == 0 ? 1 : versions[0].Number + 1; ; number++)
        {
            var version = new CatalogVersion(number, CatalogHash.Of(document), author, _timeProvider.GetUtcNow());
            if (await TryUploadAsync(number, document, cancellationToken) && await _table.TryAddAsync(version, cancellationToken))
                return version;
        }
    }

    private async Task<bool> TryUploadAsync(long number, string document, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new() { IfNoneMatch = ETag.All },
            HttpHeaders = new() { ContentType = "application/json" },
        };
        try
        {
            await BlobOf(number).UploadAsync(BinaryData.FromString(document), options, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409 && e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            return false;
        }
    }

    private async Task<T> WriteAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        await _creation.EnsureAsync(cancellationToken);
        try
        {
            return await write();
        }
        // Somebody deleted the table or the container under us; what was there is lost either way.
        catch (RequestFailedException e) when (e.Status == 404)
        {
            _creation.Forget();
            await _creation.EnsureAsync(cancellationToken);
            return await write();
        }
    }

    private BlobClient BlobOf(long number) => _container.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{number:D10}.json"));
}
