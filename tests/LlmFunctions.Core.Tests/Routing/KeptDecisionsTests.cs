using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class KeptDecisionsTests
{
    private readonly FakeDecisionStore _store = new();
    private readonly KeptDecisions _kept;

    public KeptDecisionsTests() => _kept = new(_store, new(), new FakeTimeProvider(new(2026, 3, 12, 23, 59, 0, TimeSpan.Zero)));

    [Fact]
    public async Task Find_ItsCallerOrAnOperator_SeesItAndNobodyElse()
    {
        await _store.WriteAsync([new("req_1", "team-a", "{}")], CancellationToken.None);
        Assert.NotNull(await _kept.FindAsync("req_1", "team-a", CancellationToken.None));
        Assert.NotNull(await _kept.FindAsync("req_1", null, CancellationToken.None));
        Assert.Null(await _kept.FindAsync("req_1", "team-b", CancellationToken.None));
        Assert.Null(await _kept.FindAsync("req_2", null, CancellationToken.None));
    }

    [Fact]
    public async Task Purge_SevenDays_LeavesTheDayOfSevenDaysAgo()
    {
        await _kept.PurgeAsync(CancellationToken.None);
        Assert.Equal(new DateOnly(2026, 3, 5), _store.Purged);
    }
}
