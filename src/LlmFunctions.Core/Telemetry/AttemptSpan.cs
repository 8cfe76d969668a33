using System.Diagnostics;

namespace LlmFunctions.Core.Telemetry;

/// <summary>Writes the span of one attempt.</summary>
internal static class AttemptSpan
{
    // What an endpoint calls its model is its own text.
    private const int LongestModel = 256;

    /// <summary>Null when nobody wants it.</summary>
    public static Activity? Begin(AttemptLabels labels)
    {
        if (!RouterTelemetry.Spans.HasListeners())
            return null;
        // Samplers decide by what is there at the beginning.
        var tags = new ActivityTagsCollection
        {
            [GenAi.Operation] = labels.Operation,
            [GenAi.Provider] = labels.Provider,
            [GenAi.ServerAddress] = labels.Address,
            [GenAi.ServerPort] = labels.Port,
            [RouterLabels.Deployment] = labels.Deployment,
            [RouterLabels.Tier] = labels.Tier,
            [RouterLabels.Trial] = labels.IsTrial,
        };
        if (labels.Model is not null)
            tags[GenAi.RequestModel] = labels.Model;
        if (labels.IsStreaming)
            tags[GenAi.Streams] = true;
        if (labels.OutputType is not null)
            tags[GenAi.OutputType] = labels.OutputType;
        var name = labels.Model is null ? labels.Operation : $"{labels.Operation} {labels.Model}";
        return RouterTelemetry.Spans.StartActivity(name, ActivityKind.Client, default(ActivityContext), tags);
    }

    public static void End(Activity span, string outcome, string? error, string? model, TokenUsage usage, TimeSpan? firstChunk)
    {
        span.SetTag(RouterLabels.Outcome, outcome);
        if (error is not null)
            span.SetTag(GenAi.ErrorType, error).SetStatus(ActivityStatusCode.Error);
        if (model is not null)
            span.SetTag(GenAi.ResponseModel, model.Length <= LongestModel ? model : model[..LongestModel]);
        if (usage.Input is { } input)
            span.SetTag(GenAi.InputTokens, input);
        if (usage.Output is { } output)
            span.SetTag(GenAi.OutputTokens, output);
        if (firstChunk is { } first)
            span.SetTag(GenAi.TimeToFirstChunk, first.TotalSeconds);
        span.Stop();
    }
}
