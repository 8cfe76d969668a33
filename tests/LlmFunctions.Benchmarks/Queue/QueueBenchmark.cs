using System.Globalization;
using LlmFunctions.Benchmarks.Report;
using LlmFunctions.Benchmarks.Subjects;
using LlmFunctions.Playground;

namespace LlmFunctions.Benchmarks.Queue;

/// <summary>What a queued request costs in storage operations, and how many 202s a second a router sustains while its endpoint is down, as a
/// ratio to bare blob and row writes in the same run.</summary>
internal sealed class QueueBenchmark(Plan plan, TextWriter output)
{
    private const int Connections = 16;
    private const int Counted = 50;

    public async Task RunAsync()
    {
        await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true }, CancellationToken.None);
        await CountAsync(azurite);
        await MeasureAsync(azurite);
    }

    private async Task CountAsync(AzuriteProcess azurite)
    {
        await using var endpoint = await Subject.StartAsync("endpoint", "serve-endpoint");
        await using var storage = await CountingStorage.StartAsync(azurite);
        await using var router = QueueRouter.Build(endpoint.Address, storage.ConnectionString);
        await router.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(router.Urls.First()) };
        await RunAsync(http, 1);

        storage.Clear();
        var idle = TimeProvider.System.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(10));
        var idlePerSecond = storage.Counts.Values.Sum() / TimeProvider.System.GetElapsedTime(idle).TotalSeconds;

        storage.Clear();
        var begun = TimeProvider.System.GetTimestamp();
        var looks = await RunAsync(http, Counted);
        var counts = storage.Counts;
        var own = counts.Values.Sum() - (looks - Counted) - (idlePerSecond * TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
        await output.WriteLineAsync($"Storage operations of {Counted} queued requests, from 202 to the fetched answer");
        foreach (var (kind, count) in counts)
            await output.WriteLineAsync($"  {kind,-14}{count,6}");
        await output.WriteLineAsync(Text($"  each {own / Counted:0.0}, with one look at its state; {looks - Counted} more looks and the router's own {idlePerSecond:0.0} a second at rest left out"));
    }

    private async Task MeasureAsync(AzuriteProcess azurite)
    {
        var bare = await BareWrites.CreateAsync(azurite.ConnectionString);
        await using var router = await Subject.StartAsync("router", "serve-queue-router", azurite.ConnectionString);
        await bare.MeasureAsync(Connections, plan.Round);
        await AcceptedLoad.MeasureAsync(router.Address, Connections, plan.Round);
        var (writes, taken) = (new List<double>(), new List<double>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            writes.Add(await bare.MeasureAsync(Connections, plan.Round));
            taken.Add(await AcceptedLoad.MeasureAsync(router.Address, Connections, plan.Round));
        }

        var ratio = new Series(taken).Over(new(writes));
        await output.WriteLineAsync($"\nRequests made durable per second, {Connections} connections, the only endpoint down; medians over {plan.Rounds} rounds (least to most)");
        await output.WriteLineAsync(Text($"  bare blob and row   {Spread(new(writes))}"));
        await output.WriteLineAsync(Text($"  202s of the router  {Spread(new(taken)),-24}{ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Most:0.00}) of bare"));
    }

    /// <summary>Returns how often a state was looked at: each look reads one row.</summary>
    private static async Task<int> RunAsync(HttpClient http, int requests)
    {
        var looks = 0;
        var locations = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => AcceptedLoad.QueueAsync(http)));
        foreach (var location in locations)
        {
            for (looks++; !(await http.GetStringAsync(location)).Contains("\"succeeded\"", StringComparison.Ordinal); looks++)
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            await http.GetByteArrayAsync(new Uri($"{location}/response", UriKind.Relative));
        }

        return looks;
    }

    private static string Spread(Series series) => Text($"{series.Median:0} ({series.Least:0} to {series.Most:0})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
