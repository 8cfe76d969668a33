using System.Globalization;
using LlmFunctions.Simulator;

namespace LlmFunctions.Playground.Demo;

/// <summary>Plays two outages by itself: one endpoint dies under traffic, then all of them. Counts what was lost.</summary>
internal sealed class OutageDemo(PlaygroundWorld world, TextWriter output, TimeProvider time) : IDisposable
{
    private const int QueuedRequests = 20;
    private static readonly TimeSpan Scene = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(60);

    private readonly DemoCaller _caller = new(world.Address, time);
    private readonly DemoScore _score = new();

    /// <summary>The exit code: 0 when nothing was lost, else 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await PlayOneOutageAsync(cancellationToken);
        await PlayWholeOutageAsync(cancellationToken);
        await SayAsync(_score.LastLine, withTime: false);
        return _score.ExitCode;
    }

    public void Dispose() => _caller.Dispose();

    private async Task PlayOneOutageAsync(CancellationToken cancellationToken)
    {
        var east = world.Endpoints[0];
        await using var traffic = new DemoTraffic(_caller, time);
        traffic.Start(cancellationToken);
        await SayAsync("traffic for gpt-4o begins: 25 requests a second, shared by east and west; standby is idle");
        await Task.Delay(Scene, time, cancellationToken);

        await east.StopAsync();
        var died = _caller.Elapsed;
        await SayAsync("east dies: its listener is gone, its connections are cut");
        await Task.Delay(Scene, time, cancellationToken);

        await east.RestartAsync();
        var back = _caller.Elapsed;
        await SayAsync("east is back");
        await WaitForTrafficAsync(east, cancellationToken);
        var answers = await traffic.StopAsync();

        var report = OutageReport.Of(answers, await AskDirectAsync(answers, cancellationToken), east.Name, died, back);
        foreach (var line in report.Describe(east.Name))
            await SayAsync(line);
        _score.Add(report);
    }

    private async Task<Dictionary<string, string?>> AskDirectAsync(IReadOnlyList<DemoAnswer> answers, CancellationToken cancellationToken)
    {
        var texts = await Task.WhenAll(answers.Select(answer => _caller.AskDirectAsync(world.Endpoints[2].Address, answer.Prompt, cancellationToken)));
        return answers.Zip(texts).ToDictionary(pair => pair.First.Prompt, pair => pair.Second);
    }

    private async Task WaitForTrafficAsync(SimulatedEndpoint endpoint, CancellationToken cancellationToken)
    {
        var before = endpoint.Counters.Total.Completed;
        var until = _caller.Elapsed + LongestRecovery;
        while (endpoint.Counters.Total.Completed < before + 10 && _caller.Elapsed < until)
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
    }

    private async Task PlayWholeOutageAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in world.Endpoints)
            await endpoint.StopAsync();
        await SayAsync("all endpoints die");

        var asked = Enumerable.Range(0, QueuedRequests).Select(_ => _caller.AskAsync(_caller.NextPrompt(), "wait=1", cancellationToken));
        var answers = await Task.WhenAll(asked);
        var queued = answers.Where(answer => answer is { Status: 202, Location: not null }).ToList();
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{queued.Count} of {answers.Length} requests are taken with 202 and kept in the fallback queue"));

        foreach (var endpoint in world.Endpoints)
            await endpoint.RestartAsync();
        await SayAsync("all endpoints are back");

        var fetched = await Task.WhenAll(queued.Select(answer => IsAnsweredRightAsync(answer, cancellationToken)));
        var right = fetched.Count(isRight => isRight);
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{right} of {answers.Length} kept requests got their answer, each the one that the endpoint gives without the router"));
        _score.AddKept(answers.Length, right);
    }

    private async Task<bool> IsAnsweredRightAsync(DemoAnswer answer, CancellationToken cancellationToken)
    {
        var text = await _caller.FetchAsync(answer.Location!, LongestRecovery, cancellationToken);
        return text is not null && text == await _caller.AskDirectAsync(world.Endpoints[2].Address, answer.Prompt, cancellationToken);
    }

    private Task SayAsync(string line, bool withTime = true) =>
        output.WriteLineAsync(withTime ? string.Create(CultureInfo.InvariantCulture, $"{_caller.Elapsed.TotalSeconds,6:0.0} s  {line}") : line);
}
