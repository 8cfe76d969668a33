using System.Text;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Fallback;
using LlmFunctions.Core.Tests.Replay;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>The gate before a way of the test's own, with keys and answers in memory.</summary>
internal sealed class IdempotencyBench
{
    /// <summary>Bytes of a stream that are held to be kept.</summary>
    public const int LongestAnswer = 1000;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private int _requests;

    public IdempotencyBench()
    {
        Time.SetUtcNow(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        Route = (_, _) => Task.FromResult(Answered("answer"));
        Gate = new(RunAsync, Store, Ledger, new() { LongestAnswer = LongestAnswer }, Time, NullLogger<IdempotencyGate>.Instance);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeIdempotencyStore Store { get; } = new();

    public FakeRequestLedger Ledger { get; } = new();

    /// <summary>What becomes of a request that passes the gate.</summary>
    public Func<RouterRequest, CancellationToken, Task<RouterResult>> Route { get; set; }

    /// <summary>Ids of the requests that passed the gate, in order.</summary>
    public List<string> Runs { get; } = [];

    private IdempotencyGate Gate { get; }

    public static RouterResult Answered(string body, int status = 200) =>
        new RouterResult.Answered(new(status, [new("Content-Type", "application/json")], Encoding.UTF8.GetBytes(body)), Decision.Empty("", "m"));

    public static RouterResult Refused(RouterError error) => new RouterResult.Refused(error, null);

    /// <summary>Queued as the router queues it.</summary>
    public async Task<RouterResult> QueueAsync(RouterRequest request, bool isBackground = false)
    {
        var now = Time.GetUtcNow();
        var row = new QueuedRequest
        {
            Id = request.Id,
            Owner = request.Owner,
            Model = "m",
            Method = "POST",
            Path = request.Path,
            IsBackgroundResponse = isBackground,
            CreatedAt = now,
            ExpiresAt = now + TimeSpan.FromHours(24),
            DueAt = now,
            MessageNumber = 1,
        };
        row = await Ledger.AddAsync(row, request.Call.Body.Bytes, CancellationToken.None);
        return new RouterResult.Accepted(row, null, Decision.Empty(row.Id, row.Model));
    }

    /// <summary>Sends a request with a key; each has an id of its own, <c>req_1</c> the first.</summary>
    public Task<RouterResult> SendAsync(string body = "body", string key = "key", string owner = "a", CancellationToken cancellationToken = default) =>
        SendBodyAsync(new RequestBody { Bytes = Encoding.UTF8.GetBytes(body), ContentType = "application/json" }, key, owner, cancellationToken);

    public Task<RouterResult> SendBodyAsync(RequestBody body, string? key = "key", string owner = "a", CancellationToken cancellationToken = default) => Gate.RouteAsync(
        new RouterRequest
        {
            Id = $"req_{++_requests}",
            Owner = owner,
            Path = "/v1/chat/completions",
            IdempotencyKey = key,
            Header = _ => null,
            Call = new() { Method = HttpMethod.Post, Path = ApiPath.TryParse("/v1/chat/completions")!, Model = "m", Body = body },
        },
        cancellationToken);

    /// <summary>Lets the time go by until the task is done.</summary>
    /// <returns>How long it took, to the quarter of a second.</returns>
    public TimeSpan PassUntil(Task done, TimeSpan most)
    {
        var begun = Time.GetUtcNow();
        while (!done.IsCompleted && Time.GetUtcNow() - begun < most)
            Time.Advance(Step);
        Assert.True(done.IsCompleted, $"It was not done after {most}.");
        return Time.GetUtcNow() - begun;
    }

    private Task<RouterResult> RunAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        Runs.Add(request.Id);
        return Route(request, cancellationToken);
    }
}
