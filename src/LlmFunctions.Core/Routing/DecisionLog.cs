using System.Threading.Channels;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Routing;

/// <summary>Chooses the decisions to keep and holds them until they are written: all of failovers and errors, a share of the rest. Never
/// waits: when it is full, what comes is dropped and counted. Thread-safe.</summary>
internal sealed class DecisionLog(DecisionOptions options, TimeProvider time, Random random)
{
    // A model that is not in the catalog has whatever name the caller wrote.
    private const int LongestModel = 256;

    private readonly Channel<PendingDecision> _pending = Channel.CreateBounded<PendingDecision>(options.Buffer);
    private long _dropped;

    /// <summary>How many were dropped since the start.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes the decision of a request that has ended: attempts may be added to it until a stream is relayed to its end.</summary>
    public void Add(RouterRequest request, RouterResult result)
    {
        // A twin's is the decision of the request that has the key.
        if (result is RouterResult.Accepted accepted && accepted.Request.Id != request.Id)
            return;
        var decision = result.Decision ?? Decision.Empty(request.Id, Shorten(request.Call.Model));
        if (!IsRemarkable(result, decision) && (decision.Candidates.Count == 0 || random.NextDouble() >= options.Share))
            return;
        if (_pending.Writer.TryWrite(new(decision, request.Owner, RequestEnd.Of(result), time.GetUtcNow())))
            return;
        Interlocked.Increment(ref _dropped);
        RouterMetrics.DroppedDecisions.Add(1);
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _pending.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the oldest, at most so many.</summary>
    public IReadOnlyList<PendingDecision> Take(int most)
    {
        var taken = new List<PendingDecision>();
        while (taken.Count < most && _pending.Reader.TryRead(out var decision))
            taken.Add(decision);
        return taken;
    }

    private static bool IsRemarkable(RouterResult result, Decision decision) => result switch
    {
        RouterResult.Answered { Answer: var answer } => answer.StatusCode >= 400 || answer.IsBroken || decision.Attempts.Count > 1,
        // One that asked for a 202 was not asked anywhere, and may have found all in order.
        RouterResult.Accepted => decision.Attempts.Count > 0 || decision.Candidates.All(candidate => candidate.Skipped is not null),
        _ => true,
    };

    private static string Shorten(string model) => model.Length <= LongestModel ? model : model[..LongestModel];
}
