using System.Diagnostics.Metrics;

namespace LlmFunctions.Core.Telemetry;

/// <summary>What is counted and measured as it happens. Labels have few values: names of the catalog, words of the code, status codes; no
/// ids, no callers, nothing a caller wrote. Thread-safe.</summary>
internal static class RouterMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    public static Histogram<double> OperationDuration { get; } = RouterTelemetry.Meter.CreateHistogram(
        "gen_ai.client.operation.duration", "s", "GenAI operation duration.", null, Seconds);

    public static Histogram<double> TimeToFirstChunk { get; } = RouterTelemetry.Meter.CreateHistogram(
        "gen_ai.client.operation.time_to_first_chunk", "s", "Time to receive the first chunk of a streamed answer.", null, Seconds);

    public static Histogram<long> TokenUsage { get; } = RouterTelemetry.Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", null, Tokens);

    public static Counter<long> Requests { get; } = New("llm_router.requests", "{request}", "Callers' requests, by how they ended.");

    public static Counter<long> Attempts { get; } = New("llm_router.attempts", "{attempt}", "Attempts, by deployment and outcome.");

    public static Histogram<double> FailoverDuration { get; } = RouterTelemetry.Meter.CreateHistogram(
        "llm_router.failover.duration", "s", "From the first failure of a request to its first success at another deployment.", null, Seconds);

    public static Counter<long> CircuitTransitions { get; } = New(
        "llm_router.circuit.transitions", "{transition}", "Circuits that this instance opened or closed; what it learnt from others is not counted.");

    public static Counter<long> Throttles { get; } = New("llm_router.throttles", "{throttle}", "Times a deployment asked to be left alone.");

    public static Counter<long> RetryBudgetRefusals { get; } = New(
        "llm_router.retry_budget.refusals", "{request}", "Requests that the retry budget refused an attempt.");

    public static Counter<long> Queued { get; } = New("llm_router.queue.accepted", "{request}", "Requests that were queued.");

    public static Counter<long> Replays { get; } = New("llm_router.queue.replays", "{replay}", "Runs of queued requests, by how they ended.");

    public static Counter<long> QueueEnded { get; } = New("llm_router.queue.ended", "{request}", "Queued requests that are done, by their last state.");

    public static Gauge<double> OldestUnfinished { get; } = RouterTelemetry.Meter.CreateGauge<double>(
        "llm_router.queue.oldest_age", "s", "How long the oldest unfinished request has waited, as the last sweep of this instance saw it; 0 without one.");

    public static Counter<long> DroppedDecisions { get; } = New(
        "llm_router.decisions.dropped", "{decision}", "Decisions that were not kept because too many waited to be written.");

    private static Counter<long> New(string name, string unit, string description) => RouterTelemetry.Meter.CreateCounter<long>(name, unit, description);
}
