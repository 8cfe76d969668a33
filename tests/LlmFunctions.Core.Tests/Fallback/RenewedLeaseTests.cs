using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Fallback;

public sealed class RenewedLeaseTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Renewal_EveryThirdOfTheLease_KeepsTheNewestRow()
    {
        await using var lease = new RenewedLease<string>("0", (row, _) => Task.FromResult<string?>(row + "+"), Duration, _time);
        _time.Advance(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("0++", await lease.StopAsync());
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Renewal_AnotherHasTheRow_IsLost()
    {
        await using var lease = new RenewedLease<string>("0", (_, _) => Task.FromResult<string?>(null), Duration, _time);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.Null(await lease.StopAsync());
    }

    [Fact]
    public async Task Renewal_StorageFails_IsLostOnlyWhenTheLeaseRanOut()
    {
        await using var lease = new RenewedLease<string>(
            "0", (_, _) => throw new StorageUnavailableException("down", new IOException()), Duration, _time);
        _time.Advance(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(lease.Lost.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Stop_WithoutARenewal_GivesTheRowAsItWas()
    {
        await using var lease = new RenewedLease<string>("0", (row, _) => Task.FromResult<string?>(row + "+"), Duration, _time);
        Assert.Equal("0", await lease.StopAsync());
    }
}
