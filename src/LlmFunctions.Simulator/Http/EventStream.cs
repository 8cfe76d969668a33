using System.Buffers;
using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>Sends an answer event by event, in its time, with at most one fault.</summary>
internal sealed class EventStream(HttpContext context, IStreamedAnswer answer, Fault? fault, Pace pace, RequestTally tally)
{
    private static readonly TimeSpan CommentInterval = TimeSpan.FromMilliseconds(200);
    private readonly ArrayBufferWriter<byte> _pending = new(4096);
    private int _tokens;
    private bool _struck;

    private CancellationToken CallerGone => context.RequestAborted;

    public async Task SendAsync()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        if (fault?.Kind == FaultKind.WrongJson)
            await SendLastAsync(Garbage("{\"id\":\"tru"));
        else if (fault is { Kind: FaultKind.ErrorEvent, AfterTokens: 0, BeforeEnd: false })
            await SendLastAsync(answer.ErrorEvent(fault.Code, fault.Body));
        else
            await SendEventsAsync();
    }

    private async Task SendEventsAsync()
    {
        if (fault?.Kind == FaultKind.SlowFirstToken)
            pace.StartAfter(fault.Delay!.Value);
        var isEndLost = fault?.Kind == FaultKind.NoDone;
        foreach (var item in answer.Events())
        {
            if (IsStrikeDue(item.Part) && !await StrikeAsync())
                return;
            if (item.Part != SsePart.Opening && !pace.IsUnlimited)
                await WaitForTokenAsync();
            if (item.Part == SsePart.Token)
                _tokens++;
            if (item.Part != SsePart.Terminal || !isEndLost)
                item.WriteTo(_pending);
            CallerGone.ThrowIfCancellationRequested();
        }
        tally.End(isEndLost ? RequestEnd.Failed : RequestEnd.Completed);
        await FlushAsync();
    }

    private async ValueTask WaitForTokenAsync()
    {
        if (pace.IsDue(_tokens))
            return;
        var showsLife = fault?.Kind == FaultKind.SlowFirstToken && _tokens == 0;
        do
        {
            if (showsLife)
                _pending.Write(": still thinking\n\n"u8);
            if (showsLife || _tokens > 0)
                await FlushAsync();
        }
        while (await pace.WaitForTokenAsync(_tokens, showsLife ? CommentInterval : TimeSpan.MaxValue, CallerGone));
    }

    // After N tokens is before the next one, or before what follows the last one, or before the end alone.
    private bool IsStrikeDue(SsePart part) =>
        fault is { Kind: FaultKind.Cut or FaultKind.Stall or FaultKind.ErrorEvent or FaultKind.MalformedChunk }
        && !_struck
        && part != SsePart.Opening
        && (part == SsePart.Terminal || (!fault.BeforeEnd && (part != SsePart.Token || _tokens >= fault.AfterTokens)));

    /// <summary>False if nothing may follow.</summary>
    private async Task<bool> StrikeAsync()
    {
        _struck = true;
        switch (fault!.Kind)
        {
            case FaultKind.MalformedChunk:
                Garbage("{\"id\":\"chatcmpl-bro").WriteTo(_pending);
                return true;
            case FaultKind.ErrorEvent:
                await SendLastAsync(answer.ErrorEvent(fault.Code, fault.Body));
                return false;
            case FaultKind.Stall:
                await FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, CallerGone);
                return false;
            default:
                tally.End(RequestEnd.Failed);
                await FlushAsync();
                throw new CutException();
        }
    }

    private SseEvent Garbage(string usual) => new(SsePart.Closing, null, Encoding.UTF8.GetBytes(fault!.Body ?? usual));

    private Task SendLastAsync(SseEvent item)
    {
        item.WriteTo(_pending);
        tally.End(RequestEnd.Failed);
        return FlushAsync();
    }

    // Each chunk is sent in one piece: what was written since the last flush.
    private async Task FlushAsync()
    {
        await context.Response.BodyWriter.WriteAsync(_pending.WrittenMemory, CallerGone);
        _pending.ResetWrittenCount();
    }
}
