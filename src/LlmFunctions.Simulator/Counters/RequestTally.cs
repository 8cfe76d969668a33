namespace LlmFunctions.Simulator;

/// <summary>One request in the counters; its first end counts.</summary>
internal sealed class RequestTally
{
    private readonly ModelCounters _total;
    private readonly ModelCounters? _model;
    private readonly string? _prompt;
    private bool _ended;

    public RequestTally(RequestCounters counters, SimulatedRequest request, RecordedRequest? recorded)
    {
        _total = counters.Total;
        _model = request.Model is { } model ? counters.ForModel(model) : null;
        _prompt = recorded is null ? null : request.Prompt;
        _total.Begin(request.Path.Operation, request.Streamed, _prompt, recorded);
        _model?.Begin(request.Path.Operation, request.Streamed, _prompt, recorded);
    }

    /// <summary>Called just before the last byte, so that a caller who has the answer finds it counted.</summary>
    public void End(RequestEnd end)
    {
        if (_ended)
            return;
        _ended = true;
        _total.End(end, _prompt);
        _model?.End(end, _prompt);
    }
}
