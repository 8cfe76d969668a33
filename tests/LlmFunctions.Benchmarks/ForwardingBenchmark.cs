using LlmFunctions.Benchmarks.Load;
using LlmFunctions.Benchmarks.Report;
using LlmFunctions.Benchmarks.Subjects;
using LlmFunctions.Playground;

namespace LlmFunctions.Benchmarks;

/// <summary>The direct path, a bare YARP forwarder and the router before the same endpoint, in turn.</summary>
internal sealed class ForwardingBenchmark(Plan plan, TextWriter output)
{
    public async Task RunAsync()
    {
        await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true }, CancellationToken.None);
        await using var direct = await Subject.StartAsync(Table.Direct, "serve-endpoint");
        await using var yarp = await Subject.StartAsync(Table.Yarp, "serve-yarp", direct.Address.AbsoluteUri);
        await using var router = await Subject.StartAsync(Table.Router, "serve-router", direct.Address.AbsoluteUri, azurite.ConnectionString);
        Subject[] subjects = [direct, yarp, router];

        await output.WriteLineAsync(FormattableString.Invariant(
            $"{Environment.ProcessorCount} processors; {plan.Rounds} rounds of {plan.Round.TotalSeconds} s each; medians over the rounds (least to most)"));
        foreach (var subject in subjects)
        {
            await ChatLoad.RunAsync(subject, Plan.Connections, plan.WarmUp);
            await StreamLoad.RunAsync(subject, Plan.Streams, plan.WarmUp / 6);
        }

        var throughput = await MeasureAsync($"Chat, {Plan.Connections} connections", subjects, subject => ChatLoad.RunAsync(subject, Plan.Connections, plan.Round));
        await throughput.WriteAsync("requests per second", round => round.PerSecond);
        await throughput.WriteAsync("own processor time per request, µs", round => round.ProcessorTime);

        var latency = await MeasureAsync("Chat, 1 connection", subjects, subject => ChatLoad.RunAsync(subject, 1, plan.Round));
        await latency.WriteAsync("median latency, µs", round => round.Median);
        await latency.WriteAddedAsync("median latency, µs", round => round.Median);
        await latency.WriteAsync("p99 latency, µs", round => round.P99);

        var streams = await MeasureAsync($"Streams, {Plan.Streams} at 50 events/s", subjects, subject => StreamLoad.RunAsync(subject, Plan.Streams, plan.Round));
        await streams.WriteAsync("median delay of an event, µs", round => round.Median);
        await streams.WriteAddedAsync("median delay of an event, µs", round => round.Median);
        await streams.WriteAsync("p99 delay of an event, µs", round => round.P99);
        await streams.WriteAsync("own processor time per event, µs", round => round.ProcessorTime);
    }

    private async Task<Table> MeasureAsync(string title, Subject[] subjects, Func<Subject, Task<Measurement>> measure)
    {
        var rounds = subjects.ToDictionary(subject => subject.Name, _ => new List<Measurement>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var subject in subjects)
                rounds[subject.Name].Add(await measure(subject));
        }

        return new Table(title, rounds, output);
    }
}
