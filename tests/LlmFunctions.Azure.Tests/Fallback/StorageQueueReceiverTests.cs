using Azure.Storage.Queues;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Testing;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmFunctions.Azure.Tests.Fallback;

public sealed class StorageQueueReceiverTests : IAsyncDisposable
{
    private readonly RequestRecorder _recorder = new();
    private readonly WatchedTime _time = new();
    private readonly FakeReplayTarget _target = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly QueueClient _client;
    private readonly StorageFallbackQueue _queue;
    private readonly StorageQueueReceiver _receiver;

    public StorageQueueReceiverTests(AzuriteFixture azurite)
    {
        var name = azurite.NewPrefix();
        _client = new(azurite.ConnectionString, name);
        var mailbox = new ReplayMailbox(new QueueClient(azurite.ConnectionString, name, FallbackStorage.With(new QueueClientOptions(), _recorder)));
        _queue = new(mailbox);
        _receiver = new(mailbox, _target, _lifetime, _time, NullLogger<StorageQueueReceiver>.Instance);
    }

    [Fact]
    public async Task Run_Message_IsReplayedOnceAndDeleted()
    {
        await SendAsync("req_1", 3);
        await _receiver.StartAsync(CancellationToken.None);

        Assert.Equal(new("req_1", 3), await _target.NextAsync());
        await IsEmptyAsync();
        Assert.Single(_target.All);
    }

    [Fact]
    public async Task Run_HostBeginsToStop_NothingNewIsReceivedAndWhatRunsGoesOn()
    {
        var mayEnd = new TaskCompletionSource();
        _target.Run = (_, _) => mayEnd.Task;
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);
        await _target.NextAsync();

        _lifetime.StopApplication();
        await SendAsync("req_2", 1);
        mayEnd.SetResult();
        await _receiver.ExecuteTask!;

        Assert.Equal(["req_1.1"], _target.All.Select(message => message.ToString()));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Run_ReplayThrows_MessageIsNotDeletedAndOthersGoOn()
    {
        _target.Run = (message, _) => message.Id == "req_bad" ? throw new InvalidOperationException("no") : Task.CompletedTask;
        await SendAsync("req_bad", 1);
        await SendAsync("req_good", 1);
        await _receiver.StartAsync(CancellationToken.None);

        await _target.NextAsync();
        await _target.NextAsync();
        await _receiver.StopAsync(CancellationToken.None);

        Assert.Equal(1, await CountAsync());
        Assert.DoesNotContain(_recorder.Requests, request => request.StartsWith("PUT /", StringComparison.Ordinal) && request.Contains("/messages/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ReplayThrows_MessageComesAgain()
    {
        _recorder.HidesForASecond = true;
        _target.Run = (_, _) => _target.All.Count == 1 ? throw new InvalidOperationException("no") : Task.CompletedTask;
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);

        await AdvanceUntilAsync(() => _target.All.Count == 2);

        Assert.Equal(["req_1.1", "req_1.1"], _target.All.Select(message => message.ToString()));
        await IsEmptyAsync();
    }

    [Theory]
    [InlineData("!! no Base64 !!")]
    [InlineData("cmVxXzE=")]
    [InlineData("cmVxXzEu")]
    [InlineData("LjE=")]
    [InlineData("/////w==")]
    public async Task Run_MalformedMessage_IsDroppedAndOthersGoOn(string text)
    {
        await _client.CreateIfNotExistsAsync();
        await _client.SendMessageAsync(text);
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);

        Assert.Equal(new("req_1", 1), await _target.NextAsync());
        await IsEmptyAsync();
        Assert.Single(_target.All);
    }

    [Fact]
    public async Task Run_LongReplay_KeepsTheMessageHiddenAndDeletesItAfterwards()
    {
        var answer = new TaskCompletionSource();
        _target.Run = (_, _) => answer.Task;
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);
        await _target.NextAsync();

        for (var renewals = 1; renewals <= 3; renewals++)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await Eventually.IsTrueAsync(() => Hidings() == renewals);
        }

        Assert.Equal(1, await CountAsync());
        answer.SetResult();
        await IsEmptyAsync();
    }

    [Fact]
    public async Task Run_RenewalFailsOnce_IsDoneAgain()
    {
        var answer = new TaskCompletionSource();
        _target.Run = (_, _) => answer.Task;
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);
        await _target.NextAsync();

        _recorder.Fails = request => request.StartsWith("PUT", StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.IsTrueAsync(() => Hidings() == 1);
        _recorder.Fails = _ => false;
        _time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.IsTrueAsync(() => Hidings() == 2);
        answer.SetResult();

        await IsEmptyAsync();
    }

    [Fact]
    public async Task Run_QueueCannotBeReadForAReasonNobodyForesaw_IsReadAgainLater()
    {
        var failures = 0;
        _recorder.Before = request => request.StartsWith("GET", StringComparison.Ordinal) && Interlocked.Increment(ref failures) == 1
            ? throw new InvalidDataException("unforeseen")
            : Task.CompletedTask;
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);

        await AdvanceUntilAsync(() => _target.All.Count == 1);

        Assert.True(failures > 1);
        await IsEmptyAsync();
    }

    [Fact]
    public async Task Run_MessageMovedElsewhere_IsLeftThere()
    {
        var answer = new TaskCompletionSource();
        _target.Run = (_, _) => answer.Task;
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, TimeSpan.FromDays(1), CancellationToken.None);
        await _receiver.StartAsync(CancellationToken.None);
        await _target.NextAsync();
        await _client.ClearMessagesAsync();

        _time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.IsTrueAsync(() => Hidings() == 1);
        answer.SetResult();
        await _receiver.StopAsync(CancellationToken.None);

        Assert.DoesNotContain(_recorder.Requests, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_MoreMessagesThanMayRun_RunsThatManyAtOnce()
    {
        var answer = new TaskCompletionSource();
        _target.Run = (_, _) => answer.Task;
        _target.MostInFlight = 3;
        for (var i = 0; i < 8; i++)
            await SendAsync($"req_{i}", 1);
        await _receiver.StartAsync(CancellationToken.None);
        for (var i = 0; i < 3; i++)
            await _target.NextAsync();

        answer.SetResult();
        await AdvanceUntilAsync(() => _target.All.Count == 8);

        Assert.Equal(3, _target.Peak);
        await IsEmptyAsync();
    }

    [Fact]
    public async Task Run_NothingMayRun_ReceivesNothingUntilSomethingMay()
    {
        _target.MostInFlight = 0;
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);
        for (var pauses = 1; pauses <= 3; pauses++)
        {
            await Eventually.IsTrueAsync(() => _time.Pauses.Count == pauses);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, Receptions());

        _target.MostInFlight = 1;
        await AdvanceUntilAsync(() => _target.All.Count == 1);
    }

    [Fact]
    public async Task Run_NoMessages_AsksEverLessOften()
    {
        await _receiver.StartAsync(CancellationToken.None);

        await PausesAsync(1, 2, 4, 5, 5);
    }

    [Fact]
    public async Task Run_StorageIsDown_AsksEverLessOftenAndThenGoesOn()
    {
        await SendAsync("req_1", 1);
        _recorder.Fails = _ => true;
        await _receiver.StartAsync(CancellationToken.None);

        await PausesAsync(1, 2, 4, 8, 16, 30, 30);
        _recorder.Fails = _ => false;
        await AdvanceUntilAsync(() => _target.All.Count == 1);
    }

    [Fact]
    public async Task StopAsync_ReplayEndsInTime_IsLetFinish()
    {
        var answer = new TaskCompletionSource();
        _target.Run = async (_, token) => await answer.Task.WaitAsync(token);
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);
        await _target.NextAsync();

        var stop = _receiver.StopAsync(CancellationToken.None);
        await SendAsync("req_2", 1);
        Assert.False(stop.IsCompleted);
        answer.SetResult();
        await stop;

        Assert.Equal("req_1", Assert.Single(_target.All).Id);
        Assert.Equal("cmVxXzIuMQ==", Assert.Single((await _client.ReceiveMessagesAsync(10)).Value).Body.ToString());
    }

    [Fact]
    public async Task StopAsync_HostCannotWait_HandsTheMessageBackAtOnce()
    {
        _target.Run = (_, token) => Task.Delay(Timeout.Infinite, token);
        await SendAsync("req_1", 1);
        await _receiver.StartAsync(CancellationToken.None);
        await _target.NextAsync();
        using var over = new CancellationTokenSource();

        var stop = _receiver.StopAsync(over.Token);
        Assert.False(stop.IsCompleted);
        await over.CancelAsync();
        await stop;

        Assert.Equal("cmVxXzEuMQ==", Assert.Single((await _client.ReceiveMessagesAsync(10)).Value).Body.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        await _receiver.StopAsync(over.Token);
        _receiver.Dispose();
    }

    private Task SendAsync(string id, int number) =>
        _queue.EnqueueAsync(id, number, TimeSpan.Zero, TimeSpan.FromDays(1), CancellationToken.None);

    private int Receptions() => _recorder.Requests.Count(request => request.StartsWith("GET", StringComparison.Ordinal));

    private int Hidings() => _recorder.Requests.Count(request =>
        request.StartsWith("PUT", StringComparison.Ordinal) && request.Contains("/messages/", StringComparison.Ordinal));

    // Both visible and hidden ones.
    private async Task<int> CountAsync() => (await _client.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private Task IsEmptyAsync() => Eventually.IsTrueAsync(async () => await CountAsync() == 0);

    private Task AdvanceUntilAsync(Func<bool> condition) => Eventually.IsTrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    private async Task PausesAsync(params int[] seconds)
    {
        for (var count = 1; count <= seconds.Length; count++)
        {
            await Eventually.IsTrueAsync(() => _time.Pauses.Count == count);
            Assert.Equal(count, Receptions());
            _time.Advance(_time.Pauses[^1]);
        }

        Assert.Equal(seconds.Select(second => TimeSpan.FromSeconds(second)), _time.Pauses.Take(seconds.Length));
    }
}
