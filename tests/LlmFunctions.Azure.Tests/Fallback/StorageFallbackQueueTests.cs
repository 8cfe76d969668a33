using System.Text;
using Azure.Storage.Queues;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

public sealed class StorageFallbackQueueTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly RequestRecorder _recorder = new();
    private readonly QueueClient _client;
    private readonly StorageFallbackQueue _queue;

    public StorageFallbackQueueTests(AzuriteFixture azurite)
    {
        _client = new(azurite.ConnectionString, azurite.NewPrefix(), FallbackStorage.With(new QueueClientOptions(), _recorder));
        _queue = new(new(_client));
    }

    [Fact]
    public async Task EnqueueAsync_NoQueueYet_MakesItAndTheMessageIsBase64()
    {
        await _queue.EnqueueAsync("req_1", 7, TimeSpan.Zero, Day, CancellationToken.None);

        var message = Assert.Single((await _client.ReceiveMessagesAsync(10, TimeSpan.FromMinutes(1))).Value);
        Assert.Equal("cmVxXzEuNw==", message.Body.ToString());
        Assert.Equal("req_1.7", Encoding.UTF8.GetString(Convert.FromBase64String(message.Body.ToString())));
        Assert.Equal(Day, message.ExpiresOn - message.InsertedOn);
    }

    [Fact]
    public async Task EnqueueAsync_SecondMessage_IsOneExchange()
    {
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, CancellationToken.None);
        _recorder.Clear();

        await _queue.EnqueueAsync("req_2", 1, TimeSpan.Zero, Day, CancellationToken.None);

        Assert.Single(_recorder.Requests);
    }

    [Fact]
    public async Task EnqueueAsync_Delay_HidesTheMessageNoShorter()
    {
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.FromSeconds(1.2), Day, CancellationToken.None);
        var sent = TimeProvider.System.GetTimestamp();

        Assert.Empty((await _client.ReceiveMessagesAsync(10)).Value);
        await Eventually.IsTrueAsync(async () => (await _client.ReceiveMessagesAsync(10)).Value.Length == 1);
        Assert.InRange(TimeProvider.System.GetElapsedTime(sent).TotalSeconds, 1.0, 20);
    }

    [Theory]
    [InlineData(600, 10, 660)]
    [InlineData(0, 0, 60)]
    [InlineData(-5, 100.4, 101)]
    public async Task EnqueueAsync_ShortLife_OutlivesItsDelay(double delay, double life, double lives)
    {
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.FromSeconds(delay), TimeSpan.FromSeconds(life), CancellationToken.None);

        Assert.Equal([lives], _recorder.TimeToLive);
    }

    [Fact]
    public async Task EnqueueAsync_DelayBeyondWhatStorageAllows_IsSevenDays()
    {
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.FromDays(30), Day, CancellationToken.None);

        Assert.Equal([TimeSpan.FromDays(7).TotalSeconds + 60], _recorder.TimeToLive);
        Assert.Empty((await _client.ReceiveMessagesAsync(10)).Value);
    }

    [Fact]
    public async Task EnqueueAsync_QueueWasDeleted_MakesItAnew()
    {
        await _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, CancellationToken.None);
        await _client.DeleteAsync();

        await _queue.EnqueueAsync("req_2", 1, TimeSpan.Zero, Day, CancellationToken.None);

        Assert.Single((await _client.ReceiveMessagesAsync(10)).Value);
    }

    [Fact]
    public async Task EnqueueAsync_NothingAnswers_SaysThatTheQueueIsUnavailable()
    {
        _recorder.Fails = _ => true;

        var e = await Assert.ThrowsAsync<QueueUnavailableException>(() => _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, CancellationToken.None));

        Assert.Equal("Storage could not send the message of a queued request: The wire was cut.", e.Message);
    }

    [Fact]
    public async Task EnqueueAsync_CallerLeaves_IsItsCancellation()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _queue.EnqueueAsync("req_1", 1, TimeSpan.Zero, Day, left.Token));
    }
}
