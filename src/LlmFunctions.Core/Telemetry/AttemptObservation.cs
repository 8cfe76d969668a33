using System.Diagnostics;

namespace LlmFunctions.Core.Telemetry;

/// <summary>The span and the metrics of one attempt, by the GenAI conventions. Made only while somebody listens. Used by one request, one step
/// after another.</summary>
internal sealed class AttemptObservation
{
    private const string Abandoned = "cancelled";

    private readonly AttemptLabels _labels;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly Activity? _span;
    private string _outcome = GenAi.Other;
    private string? _error = GenAi.Other;
    private string? _answered;
    private string? _model;
    private TokenUsage _usage;
    private TimeSpan? _firstChunk;
    private bool _isSettled;
    private bool _hasEnded;

    private AttemptObservation(AttemptLabels labels, TimeProvider time)
    {
        (_labels, _time, _begun) = (labels, time, time.GetTimestamp());
        _span = AttemptSpan.Begin(labels);
    }

    /// <summary>Whether somebody listens to any of it.</summary>
    public static bool IsWanted => RouterTelemetry.Spans.HasListeners() || RouterMetrics.OperationDuration.Enabled || RouterMetrics.TimeToFirstChunk.Enabled
        || RouterMetrics.TokenUsage.Enabled || RouterMetrics.Attempts.Enabled;

    /// <summary>Begins it now; its span is a child of the current one.</summary>
    public static AttemptObservation Begin(AttemptLabels labels, TimeProvider time) => new(labels, time);

    /// <summary>A part of a streamed answer came.</summary>
    public void ReceiveChunk()
    {
        if (_firstChunk is not null)
            return;
        _firstChunk = _time.GetElapsedTime(_begun);
        if (_labels.IsStreaming)
            RouterMetrics.TimeToFirstChunk.Record(_firstChunk.Value.TotalSeconds, Tags());
    }

    /// <summary>The answer has begun and goes on. If it never comes to its end, its caller left.</summary>
    public void BeginAnswer(string outcome) => (_answered, _outcome, _error) = (outcome, Abandoned, Abandoned);

    /// <summary>An answer that had begun came to its end.</summary>
    public void FinishAnswer()
    {
        if (_answered is not null)
            Settle(_answered, isError: false);
    }

    /// <summary>Says how it ended; the first to know counts.</summary>
    /// <param name="outcome">Such as <c>200</c>, <c>timeout</c>, <c>stream_cut</c>.</param>
    /// <param name="isError">Whether that is an error; it is its type then.</param>
    public void Settle(string outcome, bool isError)
    {
        if (_isSettled)
            return;
        (_isSettled, _outcome, _error) = (true, outcome, isError ? outcome : null);
    }

    /// <summary>What the answer says of itself; a part of a stream adds to what came before.</summary>
    /// <param name="model">The model that gave it.</param>
    /// <param name="usage">The tokens it took.</param>
    public void Describe(string? model, TokenUsage usage) => (_model, _usage) = (_model ?? model, _usage.Max(usage));

    /// <summary>Ends it, once.</summary>
    public void End()
    {
        if (_hasEnded)
            return;
        _hasEnded = true;
        Measure(_time.GetElapsedTime(_begun));
        if (_span is not null)
            AttemptSpan.End(_span, _outcome, _error, _model, _usage, _labels.IsStreaming ? _firstChunk : null);
    }

    private void Measure(TimeSpan duration)
    {
        var tags = Tags();
        RecordTokens("input", _usage.Input, tags);
        RecordTokens("output", _usage.Output, tags);
        if (_error is not null)
            tags.Add(GenAi.ErrorType, _error);
        RouterMetrics.OperationDuration.Record(duration.TotalSeconds, tags);
        RouterMetrics.Attempts.Add(1, new(RouterLabels.Deployment, _labels.Deployment), new(RouterLabels.Outcome, _outcome));
    }

    private static void RecordTokens(string type, long? tokens, TagList tags)
    {
        if (tokens is null)
            return;
        tags.Add(GenAi.TokenType, type);
        RouterMetrics.TokenUsage.Record(tokens.Value, tags);
    }

    // The model that answers is left out: an endpoint may call it what it likes.
    private TagList Tags()
    {
        var tags = new TagList
        {
            { GenAi.Operation, _labels.Operation },
            { GenAi.Provider, _labels.Provider },
            { GenAi.ServerAddress, _labels.Address },
            { GenAi.ServerPort, _labels.Port },
            { RouterLabels.Deployment, _labels.Deployment },
        };
        if (_labels.Model is not null)
            tags.Add(GenAi.RequestModel, _labels.Model);
        return tags;
    }
}
