
namespace LlmFunctions.Simulator;

/// <summary>What a faulty endpoint sends in place of a sound answer.</summary>
internal static class FaultyAnswer
{
    /// <summary>Whether the fault leaves nothing of the answer, streamed or not.</summary>
    public static bool IsBeforeAnswer(FaultKind kind) => kind
        is FaultKind.Reset or FaultKind.Hang or FaultKind.Status or FaultKind.Throttle or FaultKind.EmptyBody
        or FaultKind.ContextLength or FaultKind.ContentFilter;

    /// <summary>Whether the fault spoils an answer that is sent in one piece.</summary>
    public static bool SpoilsWhole(FaultKind kind) => kind
        is FaultKind.Cut or FaultKind.Stall or FaultKind.ErrorEvent or FaultKind.WrongJson;

    public static void AddHeaders(HttpContext context, Fault fault)
    {
        foreach (var (name, value) in fault.Headers)
            context.Response.Headers[name] = value;
    }

    public static Task SendAsync(HttpContext context, ApiShape shape, Fault fault, RequestTally? tally)
    {
        if (fault.Kind == FaultKind.Hang)
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        tally?.End(RequestEnd.Failed);
        if (fault.Kind != FaultKind.Reset)
            return ReplyFor(shape, fault).SendAsync(context);
        context.Abort();
        return Task.CompletedTask;
    }

    public static async Task SendSpoiltAsync(HttpContext context, ApiShape shape, Fault fault, Reply sound, RequestTally? tally)
    {
        if (fault.Kind != FaultKind.Stall)
            tally?.End(RequestEnd.Failed);
        var half = sound.Body[..(sound.Body.Length / 2)];
        switch (fault.Kind)
        {
            case FaultKind.ErrorEvent:
                await ErrorOf(shape, 200, fault).SendAsync(context);
                return;
            case FaultKind.WrongJson:
                var wrong = fault.Body is { } body ? Reply.Text(body, 200) : sound with { Body = half };
                await wrong.SendAsync(context);
                return;
        }
        context.Response.ContentType = sound.ContentType;
        context.Response.ContentLength = sound.Body.Length;
        await context.Response.BodyWriter.WriteAsync(half, context.RequestAborted);
        if (fault.Kind == FaultKind.Stall)
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        throw new CutException();
    }

    private static Reply ReplyFor(ApiShape shape, Fault fault) => fault.Kind switch
    {
        FaultKind.EmptyBody => new Reply(200, "application/json", default),
        FaultKind.ContextLength when fault.Body is null => ErrorReply.ContextLength(shape),
        FaultKind.ContentFilter when fault.Body is null => ErrorReply.ContentFilter(shape, fault.Code),
        FaultKind.ContextLength or FaultKind.ContentFilter => ErrorOf(shape, 400, fault),
        FaultKind.Throttle => ErrorOf(shape, fault.Status ?? 429, fault),
        _ => ErrorOf(shape, fault.Status!.Value, fault),
    };

    private static Reply ErrorOf(ApiShape shape, int status, Fault fault) => fault.Body is { } body
        ? Reply.Text(body, status)
        : ErrorReply.Of(shape, status, fault.Code) with { Status = status };
}
