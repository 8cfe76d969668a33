using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Asks one deployment after another until one answers: the only failover loop of the program.</summary>
public sealed partial class FailoverForwarder
{
    private readonly EndpointClient _client;
    private readonly SecondAttempts _seconds;
    private readonly RetryBudget _budget;
    private readonly CountedPrompts _prompts;
    private readonly SharedTrials _trials;
    private readonly ForwardingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FailoverForwarder> _logger;

    internal FailoverForwarder(EndpointClient client, SecondAttempts seconds, RetryBudget budget, CountedPrompts prompts,
        SharedTrials trials, ForwardingOptions options, TimeProvider time, ILogger<FailoverForwarder> logger)
    {
        (_client, _seconds, _budget, _prompts, _trials, _options, _time, _logger) = (client, seconds, budget, prompts, trials, options, time, logger);
    }

    /// <summary>Returns once an answer has begun, an error is the caller's own, or nothing is left to ask. An answer in the
    /// result is the caller's to dispose.</summary>
    public async Task<ForwardResult> ForwardAsync(ModelRequest request, ForwardPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Earlier.Count == 0)
            _budget.CountRequest();
        var run = new ForwardRun(request, plan, _budget, _prompts, _trials, _time);
        var lease = await BeginFirstAsync(run, cancellationToken);
        var last = await NextAsync(request, run, lease, cancellationToken);
        if (last is AttemptOutcome.Answered { Answer.Stream: not null } begun)
            last = new AttemptOutcome.Answered(Relay(begun.Answer, request, run));
        return run.End(last);
    }

    /// <summary>The next answer of a run: its first one, or the one that goes on with a stream that broke. Null when nothing is left to
    /// ask.</summary>
    private async Task<AttemptOutcome?> NextAsync(ModelRequest request, ForwardRun run, AttemptLease? lease, CancellationToken cancellationToken)
    {
        AttemptOutcome? last = null;
        while (lease is not null)
        {
            last = await AttemptAsync(request, run, lease, cancellationToken);
            if (run.IsFinal(lease.State, last))
                break;

            lease = await BeginAfterAsync(run, lease, last, cancellationToken);
        }

        return last;
    }

    private EndpointAnswer Relay(EndpointAnswer begun, ModelRequest request, ForwardRun run)
    {
        var delivered = begun.Transcript;
        var relay = new StreamRelay(begun.Stream!, delivered, GoOnAsync, _time);
        return new(begun.StatusCode, begun.Headers, relay.RelayAsync(), relay, () => relay.IsBroken) { Ending = () => relay.IsEnding };

        async Task<AttemptOutcome?> GoOnAsync(StreamBreak broken, CancellationToken cancellationToken)
        {
            LogBroke(run.RecordBreak(broken.Code), broken.Code);
            return broken.Kind is not null && delivered is { IsContinuable: true }
                ? await NextAsync(request with { Delivered = delivered }, run, await run.TryBeginNextAsync(), cancellationToken)
                : null;
        }
    }

    // Where nothing is available, what returns shortly is waited for, before an open circuit is tried as the last resort.
    private async Task<AttemptLease?> BeginFirstAsync(ForwardRun run, CancellationToken cancellationToken)
    {
        var until = _time.GetUtcNow() + _options.ShortWait;
        while (true)
        {
            if (await run.TryBeginNextAsync() is { } lease)
                return lease;
            if (run.FindReturn(until) is not { } at)
                return await run.TryBeginLastResortAsync();
            if (!await TryWaitAsync(at - _time.GetUtcNow(), cancellationToken))
                return null;
        }
    }

    private async Task<AttemptOutcome> AttemptAsync(
        ModelRequest request, ForwardRun run, AttemptLease lease, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        AttemptOutcome? outcome = null;
        lease.Observation = AttemptObservation.IsWanted ? AttemptObservation.Begin(GenAiNames.Of(request, lease), _time) : null;
        using var clock = new AttemptClock(_time, run.Limit, run.Deadline, run.AnotherRemains, cancellationToken);
        try
        {
            outcome = await _client.SendAsync(request, lease, clock, cancellationToken);
            var duration = _time.GetElapsedTime(begun);
            run.Record(lease, outcome, duration);
            Log(lease, outcome, duration);
            return outcome;
        }
        finally
        {
            // A stream that goes on stays in flight until its relay ends.
            if (outcome is not AttemptOutcome.Answered { Answer.Chunks: not null })
            {
                if (outcome is not null)
                    lease.Observation?.Settle(outcome.Label, isError: outcome is not AttemptOutcome.Answered);
                lease.Dispose();
            }
        }
    }

    private async Task<AttemptLease?> BeginAfterAsync(ForwardRun run, AttemptLease lease, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        if (_seconds.GetPause(lease.State, outcome) is { } pause && run.TryPlanRepeat(lease, pause))
        {
            if (!await TryWaitAsync(pause, cancellationToken))
                return null;
            if (await run.TryRepeatAsync(lease.State) is { } again)
                return again;
        }

        return await run.TryBeginNextAsync();
    }

    /// <summary>False when the caller left meanwhile.</summary>
    private async Task<bool> TryWaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var end = _time.GetUtcNow() + pause;
        try
        {
            // A timer may ring a little early: whoever waits for the end of a throttle must not come before it.
            while (end - _time.GetUtcNow() is { Ticks: > 0 } rest)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), _time, cancellationToken);
            return !cancellationToken.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Log(AttemptLease lease, AttemptOutcome outcome, TimeSpan duration)
    {
        if (outcome is AttemptOutcome.Answered or AttemptOutcome.CallersError or AttemptOutcome.Cancelled)
            LogEnded(lease.State.Id, outcome.Label, duration.TotalMilliseconds);
        else
            LogFailed(lease.State.Id, outcome.Label, duration.TotalMilliseconds);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The attempt at {Deployment} ended with {Outcome} after {Milliseconds:0} ms.")]
    private partial void LogEnded(DeploymentId deployment, string outcome, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stream of {Deployment} broke after it had begun: {Code}.")]
    private partial void LogBroke(DeploymentId deployment, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The attempt at {Deployment} failed with {Outcome} after {Milliseconds:0} ms.")]
    private partial void LogFailed(DeploymentId deployment, string outcome, double milliseconds);
}
