using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;

namespace LlmFunctions.Simulator;

/// <summary>One request from its path to its answer.</summary>
internal sealed class SimulatedApi(SimulatorOptions options, SimulatorSettings settings, FaultSchedule faults, RequestCounters counters)
{
    private readonly AnswerFactory _answers = new(options, settings);

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers["x-simulated-endpoint"] = options.Name;
        var isAnthropic = context.Request.Headers.ContainsKey("anthropic-version");
        if (ApiPath.TryParse(context.Request.Path.Value ?? "", isAnthropic) is not { } path)
        {
            var shape = isAnthropic ? ApiShape.Anthropic : ApiShape.OpenAI;
            await ErrorReply.Of(shape, 404, "unknown_url", $"Unknown request URL: {context.Request.Method} {context.Request.Path}.").SendAsync(context);
            return;
        }
        try
        {
            await (path.IsProbe ? HandleProbeAsync(context, path) : HandleRequestAsync(context, path));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left, or the endpoint was stopped: nobody is there to answer.
        }
    }

    private async Task HandleProbeAsync(HttpContext context, ApiPath path)
    {
        counters.CountProbe();
        var answer = path.Operation != "health" && !IsAllowed(context) ? Unauthorized(path) : ModelList.Answer(path, options);
        if (faults.TakeFor(null, path.Operation, isProbe: true) is not { } fault)
        {
            await answer.SendAsync(context);
            return;
        }
        FaultyAnswer.AddHeaders(context, fault);
        await (FaultyAnswer.IsBeforeAnswer(fault.Kind)
            ? FaultyAnswer.SendAsync(context, path.Shape, fault, tally: null)
            : FaultyAnswer.SendSpoiltAsync(context, path.Shape, fault, answer, tally: null));
    }

    private async Task HandleRequestAsync(HttpContext context, ApiPath path)
    {
        var body = await RequestReader.ReadBodyAsync(context);
        var recorded = options.RecordRequests ? RecordedRequest.Of(context, body) : null;
        SimulatedRequest request;
        try
        {
            request = await RequestReader.ReadAsync(context, path, body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            await ErrorReply.Of(path.Shape, 400, null, "We could not parse the body of your request.").SendAsync(context);
            return;
        }
        using (request)
            await AnswerAsync(context, request, new RequestTally(counters, request, recorded));
    }

    private async Task AnswerAsync(HttpContext context, SimulatedRequest request, RequestTally tally)
    {
        try
        {
            if ((IsAllowed(context) ? _answers.Refusal(request, context.Request.Method) : Unauthorized(request.Path)) is { } refusal)
            {
                tally.End(RequestEnd.Failed);
                await refusal.SendAsync(context);
                return;
            }
            var fault = faults.TakeFor(request.Model, request.Path.Operation, isProbe: false);
            await new Attempt(context, request, fault, new Pace(options.TimeProvider, settings), tally, _answers).RunAsync();
        }
        finally
        {
            tally.End(HasCallerLeft(context) ? RequestEnd.Aborted : RequestEnd.Failed);
        }
    }

    private bool IsAllowed(HttpContext context)
    {
        if (options.RequiredKey is not { } key)
            return true;
        var headers = context.Request.Headers;
        return headers.Authorization.ToString() == $"Bearer {key}" || headers["api-key"] == key || headers["x-api-key"] == key;
    }

    private static Reply Unauthorized(ApiPath path) => ErrorReply.Of(path.Shape, 401, null, "Incorrect API key provided.");

    private static bool HasCallerLeft(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested
        && context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Door.SeveredKey) != true;
}
