using System.Diagnostics;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LlmFunctions.Benchmarks.Load;

namespace LlmFunctions.Benchmarks.Queue;

/// <summary>The least that durability costs: one blob with the body, one row, by the official clients.</summary>
internal sealed class BareWrites
{
    private readonly BlobContainerClient _bodies;
    private readonly TableClient _rows;

    private BareWrites(BlobContainerClient bodies, TableClient rows) => (_bodies, _rows) = (bodies, rows);

    public static async Task<BareWrites> CreateAsync(string storage)
    {
        var bare = new BareWrites(
            new BlobServiceClient(storage).GetBlobContainerClient($"bare-{Guid.NewGuid():N}"), new TableServiceClient(storage).GetTableClient($"bare{Guid.NewGuid():N}"));
        await bare._bodies.CreateAsync();
        await bare._rows.CreateAsync();
        return bare;
    }

    /// <summary>How many requests a second could be made durable so.</summary>
    public async Task<double> MeasureAsync(int connections, TimeSpan duration)
    {
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => WriteAsync(begun, duration))));
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private async Task<int> WriteAsync(long begun, TimeSpan duration)
    {
        var body = BinaryData.FromString(ChatBody.Whole);
        var count = 0;
        for (; Stopwatch.GetElapsedTime(begun) < duration; count++)
        {
            var id = Guid.CreateVersion7().ToString("N");
            await _bodies.GetBlobClient(id).UploadAsync(body);
            await _rows.AddEntityAsync(new TableEntity(id, "request") { ["Owner"] = "benchmark", ["Model"] = "gpt-4o", ["Path"] = "/v1/chat/completions" });
        }

        return count;
    }
}
