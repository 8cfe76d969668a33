
namespace LlmFunctions.Simulator;

/// <summary>The answer to one accepted request, sound or spoilt by one fault.</summary>
internal sealed class Attempt(
    HttpContext context, SimulatedRequest request, Fault? fault, Pace pace, RequestTally tally, AnswerFactory answers)
{
    public async Task RunAsync()
    {
        if (fault is not null)
            FaultyAnswer.AddHeaders(context, fault);
        if (fault is not null && FaultyAnswer.IsBeforeAnswer(fault.Kind))
            await FaultyAnswer.SendAsync(context, request.Path.Shape, fault, tally);
        else if (answers.Streamed(request) is not { } answer)
            await SendReplyAsync(answers.Whole(request, context.Request.Method), 0);
        else if (request.Streamed)
            await new EventStream(context, answer, fault, pace, tally).SendAsync();
        else
            await SendReplyAsync(new Reply(200, "application/json", answer.Whole()), answer.TokenCount);
    }

    private async Task SendReplyAsync(Reply reply, int tokens)
    {
        if (fault?.Kind == FaultKind.SlowFirstToken)
            pace.StartAfter(fault.Delay!.Value);
        if (!pace.IsUnlimited)
            await pace.WaitForAllAsync(tokens, context.RequestAborted);
        if (fault is not null && FaultyAnswer.SpoilsWhole(fault.Kind))
        {
            await FaultyAnswer.SendSpoiltAsync(context, request.Path.Shape, fault, reply, tally);
            return;
        }
        context.RequestAborted.ThrowIfCancellationRequested();
        tally.End(reply.Status < 400 ? RequestEnd.Completed : RequestEnd.Failed);
        await reply.SendAsync(context);
    }
}
