using System.Globalization;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Benchmarks.Scale;

/// <summary>What many instances and deployments cost the health table: the real refreshers over a store that counts, in simulated time. It checks
/// the arithmetic of docs/scale.md; what a table takes is not simulated.</summary>
internal sealed class ScaleSimulation(TextWriter output)
{
    private const int Instances = 1000;
    private const int Deployments = 1000;
    private const int Seconds = 30;

    public async Task RunAsync()
    {
        await output.WriteLineAsync($"{Instances} instances, {Deployments} deployments, {Seconds} simulated seconds each");
        await SimulateAsync(TimeSpan.FromMilliseconds(500));
        await SimulateAsync(TimeSpan.FromSeconds(1));
    }

    private async Task SimulateAsync(TimeSpan interval)
    {
        var (time, store) = (new FakeTimeProvider(), new CountingHealthStore());
        var options = new HealthOptions { RefreshInterval = interval };
        var catalog = Catalog();
        var instances = Enumerable.Range(0, Instances).Select(_ => new SimulatedInstance(catalog, store, time, options)).ToArray();
        foreach (var state in instances[0].Deployments)
            await store.TryWriteAsync(state.ToRow(), CancellationToken.None);
        await RunAsync(instances, time, interval, 1);

        store.Clear();
        await RunAsync(instances, time, interval, Seconds);
        await output.WriteLineAsync(Text($"\nEpoch every {interval.TotalMilliseconds:0} ms"));
        await output.WriteLineAsync(Text($"  at rest              {store.EpochReads / (double)Seconds,10:N0} epoch reads a second, {store.RowQueries} queries for rows"));

        store.Clear();
        var learnt = await ChangeAsync(instances, store, time, interval);
        await output.WriteLineAsync(Text($"  one change           {store.EntitiesRead,10:N0} entities read in {store.RowQueries:N0} queries, {store.EpochReads:N0} epoch reads; all know after {learnt.TotalMilliseconds:0} ms"));

        store.Clear();
        for (var second = 0; second < Seconds; second++)
        {
            await WriteAsync(store, instances[0].Deployments.ElementAt(second), time);
            await RunAsync(instances, time, interval, 1);
        }

        await output.WriteLineAsync(Text($"  a change a second    {store.EntitiesRead / (double)Seconds,10:N0} entities a second, {store.Transactions / (double)Seconds:0.0} transactions a second"));
    }

    private static async Task<TimeSpan> ChangeAsync(SimulatedInstance[] instances, CountingHealthStore store, FakeTimeProvider time, TimeSpan interval)
    {
        var changed = instances[0].Deployments.First();
        var begun = time.GetUtcNow();
        await WriteAsync(store, changed, time);
        while (instances.Any(instance => instance.Deployments.First(state => state.Id == changed.Id).GetSkipReason(time.GetUtcNow()) is null))
            await TurnAsync(instances, time, interval);
        return time.GetUtcNow() - begun;
    }

    private static async Task WriteAsync(CountingHealthStore store, DeploymentState state, FakeTimeProvider time)
    {
        var row = (await store.ReadAsync(state.Id, CancellationToken.None))!;
        await store.TryWriteAsync(row with { Generation = row.Generation + 1, OpenUntil = time.GetUtcNow() + TimeSpan.FromHours(1), Breaks = 1 }, CancellationToken.None);
    }

    private static async Task RunAsync(SimulatedInstance[] instances, FakeTimeProvider time, TimeSpan interval, int seconds)
    {
        for (var turns = seconds / interval.TotalSeconds; turns > 0; turns--)
            await TurnAsync(instances, time, interval);
    }

    /// <summary>Every instance ticks once, each at its own moment of the interval.</summary>
    private static async Task TurnAsync(SimulatedInstance[] instances, FakeTimeProvider time, TimeSpan interval)
    {
        const int Moments = 10;
        foreach (var together in instances.Chunk(instances.Length / Moments))
        {
            time.Advance(interval / Moments);
            foreach (var instance in together)
                await instance.TickAsync();
        }
    }

    private static CatalogConfig Catalog()
    {
        var endpoint = new EndpointConfig
        {
            Name = "east",
            Kind = EndpointKind.OpenAi,
            Address = new Uri("https://east.example/v1"),
            Credential = new(CredentialKind.None),
        };
        var models = Enumerable.Range(0, Deployments).Select(i => string.Create(CultureInfo.InvariantCulture, $"m{i}")).Select(name => new ModelConfig
        {
            Name = name,
            Deployments = [new DeploymentConfig { Id = new(name, endpoint.Name), Endpoint = endpoint, NameThere = name }],
        });
        return new(new Dictionary<string, EndpointConfig> { [endpoint.Name] = endpoint }, models.ToDictionary(model => model.Name));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
