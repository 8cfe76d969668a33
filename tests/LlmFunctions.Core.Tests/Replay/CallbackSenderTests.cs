using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Tests.Forwarding;

namespace LlmFunctions.Core.Tests.Replay;

/// <summary>Who is told, how often, and who never is. Receivers are real sockets, the clock is the test's.</summary>
public sealed class CallbackSenderTests
{
    private static readonly StoredResponse Answer = new(200, [], "{}"u8.ToArray());

    public static TheoryData<string> Ends => ["succeeded", "failed", "expired", "expired unread", "cancelled", "dead"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task End_HoweverItCame_IsTold(string end)
    {
        await using var receiver = new HookServer("204 No Content");
        using var bench = NewBench();
        await bench.QueueAsync(row => row with { Callback = receiver.Address("/hook"), CallbackState = CallbackState.Pending });
        await EndAsync(bench, end);

        var status = end.Split(' ')[0];
        Assert.Equal((CallbackState.Delivered, 1), (bench.Row.CallbackState, bench.Row.CallbackAttempts));
        Assert.Contains($"{{\"type\":\"request.{status}\"", Assert.Single(receiver.Requests), StringComparison.Ordinal);
        Assert.Contains($"\"status\":\"{status}\"", receiver.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tell_ReceiverNeverTakesIt_PausesGrowUntilItIsGivenUp()
    {
        // A connection that the receiver closes unsaid would cost an attempt of its own.
        await using var receiver = new HookServer("503 Service Unavailable\r\nConnection: close");
        using var bench = NewBench();
        await FinishAsync(bench, receiver.Address("/hook"));
        var pauses = new List<double>();
        while (bench.Row.CallbackState == CallbackState.Pending)
        {
            var pause = bench.Row.DueAt - bench.Time.GetUtcNow();
            pauses.Add(pause.TotalSeconds);
            bench.Time.Advance(pause - TimeSpan.FromSeconds(1));
            await bench.SweepAsync();
            Assert.Equal(pauses.Count, receiver.Requests.Count);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            await bench.SweepAsync();
        }

        Assert.Equal([5, 15, 45, 135, 405, 1215, 3645, 7200, 7200], pauses);
        Assert.Equal((CallbackState.Failed, 10), (bench.Row.CallbackState, bench.Row.CallbackAttempts));
        bench.Time.Advance(TimeSpan.FromHours(10));
        await bench.SweepAsync();
        Assert.Equal(10, receiver.Requests.Count);
        Assert.Equal(RequestState.Succeeded, bench.Row.State);
    }

    [Fact]
    public async Task Tell_NobodyListens_IsTriedAgain()
    {
        using var bench = NewBench();
        await FinishAsync(bench, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ClosedPort()}/hook")));
        Assert.Equal((CallbackState.Pending, 1), (bench.Row.CallbackState, bench.Row.CallbackAttempts));
    }

    [Fact]
    public async Task Tell_ReceiverDoesNotAnswer_IsGivenUpAtTheLimitAndTriedAgain()
    {
        await using var receiver = new HookServer(answer: null);
        using var bench = NewBench();
        var telling = FinishAsync(bench, receiver.Address("/hook"));
        await Health.Eventually.TrueAsync(() => receiver.Requests.Count == 1);
        Assert.False(telling.IsCompleted);
        bench.Time.Advance(bench.Callbacks.Limit);
        await telling;
        Assert.Equal((CallbackState.Pending, 1), (bench.Row.CallbackState, bench.Row.CallbackAttempts));
    }

    // http, so that whatever got through would be seen.
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("[::ffff:127.0.0.1]", false)]
    [InlineData("2130706433", false)]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", true)]
    public async Task Tell_PrivateAddress_IsReachedOnlyWhereThatIsAllowed(string host, bool isAllowed)
    {
        await using var receiver = new HookServer("204 No Content");
        using var bench = NewBench(isAllowed);
        await FinishAsync(bench, receiver.Address("/hook", host));
        Assert.Equal(isAllowed ? CallbackState.Delivered : CallbackState.Pending, bench.Row.CallbackState);
        Assert.Equal((1, isAllowed ? 1 : 0), (bench.Row.CallbackAttempts, receiver.Requests.Count));
    }

    private static ReplayBench NewBench(bool allowsPrivate = true) => new(new Dictionary<string, string?>
    {
        ["Callbacks:AllowedHosts"] = "127.0.0.1",
        ["Callbacks:AllowPrivateAddresses"] = allowsPrivate ? "true" : "false",
        ["Callbacks:Secret"] = "env:HOOK_SECRET",
        ["HOOK_SECRET"] = Convert.ToBase64String("a signing secret"u8),
    });

    // The sweeper looks at a request first when it was due as a queued one: here at once.
    private static async Task FinishAsync(ReplayBench bench, Uri callback)
    {
        await bench.QueueAsync(row => row with { Callback = callback, CallbackState = CallbackState.Pending, DueAt = bench.Time.GetUtcNow() });
        await EndAsync(bench, "succeeded");
    }

    private static async Task EndAsync(ReplayBench bench, string end)
    {
        switch (end)
        {
            case "expired":
                bench.Time.Advance(TimeSpan.FromHours(24));
                await bench.ReceiveAsync(1);
                break;
            case "expired unread":
                bench.Time.Advance(TimeSpan.FromHours(24));
                await bench.SweepAsync();
                break;
            case "cancelled":
                await bench.Requests.CancelAsync(ReplayBench.Id, "a", CancellationToken.None);
                break;
            default:
                var row = (await bench.Transitions.TryBeginAsync(bench.Row, CancellationToken.None))!;
                await bench.Transitions.EndAsync(row, EndingOf(end), null);
                break;
        }
    }

    private static ReplayEnding EndingOf(string end) => end switch
    {
        "dead" => new ReplayEnding.Ended(RequestState.Dead, "It failed again and again."),
        "failed" => new ReplayEnding.Finished(RequestState.Failed, Answer with { Status = 400 }),
        _ => new ReplayEnding.Finished(RequestState.Succeeded, Answer),
    };

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
