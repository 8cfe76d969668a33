using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RetryBudget _budget;

    public RetryBudgetTests()
    {
        _budget = new(new(), _time);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(50, 10)]
    [InlineData(100, 20)]
    [InlineData(1000, 200)]
    public void TryTake_RequestsOfTheWindow_AllowAFifthButAtLeastTen(int requests, int allowed)
    {
        Count(requests);
        Assert.Equal(allowed, Take(1000));
    }

    [Fact]
    public void TryTake_WindowPassed_IsFullAgainAndForgetsTheRequests()
    {
        Count(500);
        Assert.Equal(100, Take(1000));
        _time.Advance(TimeSpan.FromSeconds(8.9));
        Assert.Equal(0, Take(1000));
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(10, Take(1000));
    }

    [Fact]
    public void TryTake_SteadyTraffic_NeverExceedsAFifthOverAnyWindow()
    {
        var taken = 0;
        for (var second = 0; second < 60; second++)
        {
            Count(100);
            taken += Take(100);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(taken, 1000, 1200);
    }

    [Fact]
    public async Task TryTake_ConcurrentCallers_ShareOneBudget()
    {
        Count(1000);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Take(1000))));
        Assert.Equal(200, taken.Sum());
    }

    private void Count(int requests)
    {
        for (var i = 0; i < requests; i++)
            _budget.CountRequest();
    }

    private int Take(int times) => Enumerable.Range(0, times).Count(_ => _budget.TryTake());
}
