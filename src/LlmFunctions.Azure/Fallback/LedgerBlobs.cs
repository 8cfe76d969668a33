using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>The bodies of queued requests as blobs <c>{prefix}-bodies/{id}</c>, their answers as
/// <c>{prefix}-answers/{id}/{lease}</c>.</summary>
internal sealed class LedgerBlobs(BlobServiceClient blobs, string prefix)
{
    private readonly BlobContainerClient _bodies = blobs.GetBlobContainerClient($"{prefix}-bodies");
    private readonly BlobContainerClient _answers = blobs.GetBlobContainerClient($"{prefix}-answers");

    public Task CreateAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _bodies.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        _answers.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

    /// <summary>Never over another request's body.</summary>
    public Task AddBodyAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _bodies.GetBlobClient(id).UploadAsync(
            BinaryData.FromBytes(body), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadBodyAsync(string id, CancellationToken cancellationToken) =>
        DownloadAsync(_bodies.GetBlobClient(id), cancellationToken);

    /// <summary>The runner of a lease is the only one that writes its answer, perhaps once more after an exchange that broke off.</summary>
    public Task WriteAnswerAsync(string id, int lease, StoredResponse answer, CancellationToken cancellationToken) =>
        AnswerOf(id, lease).UploadAsync(AnswerEnvelope.Write(answer), overwrite: true, cancellationToken);

    public async Task<StoredResponse?> ReadAnswerAsync(string id, int lease, CancellationToken cancellationToken) =>
        await DownloadAsync(AnswerOf(id, lease), cancellationToken) is { } blob ? AnswerEnvelope.Read(blob) : null;

    public Task RemoveAnswerAsync(string id, int lease, CancellationToken cancellationToken) =>
        AnswerOf(id, lease).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var options = new GetBlobsOptions { Prefix = $"{id}/" };
            await foreach (var answer in _answers.GetBlobsAsync(options, cancellationToken))
                await _answers.GetBlobClient(answer.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nothing was ever answered: the container comes with the first request.
        }

        await _bodies.GetBlobClient(id).DeleteIfExistsAsync(cancellationToken: cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>?> DownloadAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var content = await blob.DownloadContentAsync(cancellationToken);
            return content.Value.Content.ToMemory();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private BlobClient AnswerOf(string id, int lease) =>
        _answers.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{id}/{lease}"));
}
