using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Asks one deployment after another until one answers: the only failover loop of the program.</summary>
public sealed partial class FailoverForwarder
{
    private readonly EndpointClient _client;
    private readonly ForwardingOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<FailoverForwarder> _logger;

    internal FailoverForwarder(EndpointClient client, ForwardingOptions options, TimeProvider time, Random random, ILogger<FailoverForwarder> logger)
    {
        (_client, _options, _time, _random, _logger) = (client, options, time, random, logger);
    }

    /// <summary>Returns once an answer has begun, an error is the caller's own, or nothing is left to ask. An answer in the
    /// result is the caller's to dispose.</summary>
    public async Task<ForwardResult> ForwardAsync(ModelRequest request, ForwardPlan plan, CancellationToken cancellationToken)
    {
        var limit = request.IsStreaming ? plan.Model.FirstTokenLimit : plan.Model.AnswerLimit;
        var run = new ForwardRun(plan, limit, _time);
        var last = await NextAsync(request, plan, run, cancellationToken);
        if (last is AttemptOutcome.Answered { Answer.Stream: not null } begun)
            last = new AttemptOutcome.Answered(Relay(begun.Answer, request, plan, run));
        return new(last, run.Attempts, run.IsPastDeadline && last is not (AttemptOutcome.Answered or AttemptOutcome.CallersError));
    }

    /// <summary>The next answer of a run: its first one, or the one that goes on with a stream that broke. Null when nothing is left to
    /// ask.</summary>
    private async Task<AttemptOutcome?> NextAsync(ModelRequest request, ForwardPlan plan, ForwardRun run, CancellationToken cancellationToken)
    {
        AttemptOutcome? last = null;
        var lease = run.TryBeginNext();
        while (lease is not null)
        {
            var state = lease.State;
            last = await AttemptAsync(request, plan, run, lease, cancellationToken);
            if (IsFinal(last, plan))
                break;

            lease = run.MayRepeat(lease, last) ? await BeginRepeatAsync(run, state, cancellationToken) : null;
            lease ??= run.TryBeginNext();
        }

        return last;
    }

    private EndpointAnswer Relay(EndpointAnswer begun, ModelRequest request, ForwardPlan plan, ForwardRun run)
    {
        var delivered = begun.Transcript;
        var relay = new StreamRelay(begun.Stream!, delivered, GoOnAsync, _time);
        return new(begun.StatusCode, begun.Headers, relay.RelayAsync(), relay, () => relay.IsBroken);

        async Task<AttemptOutcome?> GoOnAsync(StreamBreak broken, CancellationToken cancellationToken)
        {
            run.RecordBreak(broken.Code);
            LogBroke(run.Attempts[^1].Deployment, broken.Code);
            return broken.Kind is not null && delivered is { IsContinuable: true }
                ? await NextAsync(request with { Delivered = delivered }, plan, run, cancellationToken)
                : null;
        }
    }

    private static bool IsFinal(AttemptOutcome outcome, ForwardPlan plan) => outcome switch
    {
        AttemptOutcome.CallersError { Kind: CallersErrorKind.StoredAnswerNotFound } => !plan.AsksInTurn,
        AttemptOutcome.Answered or AttemptOutcome.CallersError or AttemptOutcome.Differs or AttemptOutcome.Cancelled => true,
        _ => false,
    };

    private async Task<AttemptOutcome> AttemptAsync(
        ModelRequest request, ForwardPlan plan, ForwardRun run, AttemptLease lease, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        AttemptOutcome? outcome = null;
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
                lease.Dispose();
        }
    }

    private async Task<AttemptLease?> BeginRepeatAsync(ForwardRun run, DeploymentState state, CancellationToken cancellationToken)
    {
        var span = _options.SecondAttemptWithin - _options.SecondAttemptAfter;
        try
        {
            await Task.Delay(_options.SecondAttemptAfter + (span * _random.NextDouble()), _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return run.TryRepeat(state);
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
