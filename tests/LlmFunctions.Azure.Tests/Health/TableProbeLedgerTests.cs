using LlmFunctions.Azure.Health;
using LlmFunctions.Core;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Health;

public sealed class TableProbeLedgerTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 3, 4);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly StorageClients _clients = HealthTables.Create(azurite);

    [Fact]
    public async Task TryLease_TakenByAnother_IsFreeWhenItExpired()
    {
        var ledger = new TableProbeLedger(_clients);
        Assert.True(await LeaseAsync(ledger, "one", Now));
        Assert.False(await LeaseAsync(ledger, "two", Now.AddSeconds(14.9)));
        Assert.True(await LeaseAsync(ledger, "two", Now.AddSeconds(15)));
        Assert.False(await LeaseAsync(ledger, "one", Now.AddSeconds(15)));
    }

    [Fact]
    public async Task TryLease_ItsHolder_Renews()
    {
        var ledger = new TableProbeLedger(_clients);
        Assert.True(await LeaseAsync(ledger, "one", Now));
        Assert.True(await LeaseAsync(ledger, "one", Now.AddSeconds(7)));
        Assert.False(await LeaseAsync(ledger, "two", Now.AddSeconds(21.9)));
    }

    [Fact]
    public async Task TryLease_OtherEndpoint_IsFree()
    {
        var ledger = new TableProbeLedger(_clients);
        Assert.True(await ledger.TryLeaseAsync("a/b", "one", Now, Interval, CancellationToken.None));
        Assert.True(await ledger.TryLeaseAsync("a_2Fb", "two", Now, Interval, CancellationToken.None));
    }

    [Fact]
    public async Task TryLease_ManyAtOnce_OneGetsIt()
    {
        var got = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => LeaseAsync(new TableProbeLedger(_clients), $"{i}", Now)));
        Assert.Single(got, true);
    }

    [Fact]
    public async Task TrySpend_BudgetReached_HoldsForTheDayAndOverARestart()
    {
        Assert.True(await SpendAsync(Today, 40));
        Assert.True(await SpendAsync(Today, 60));
        Assert.False(await SpendAsync(Today, 1));
        Assert.True(await SpendAsync(Today.AddDays(1), 1));
    }

    [Fact]
    public async Task TrySpend_ManyAtOnce_NeverExceedTheBudget()
    {
        var spent = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SpendAsync(Today, 30)));
        Assert.InRange(spent.Count(done => done), 1, 3);
    }

    [Fact]
    public async Task AnyCall_NothingListens_SaysThatStorageIsUnavailable()
    {
        var ledger = new TableProbeLedger(HealthTables.Nowhere());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => LeaseAsync(ledger, "one", Now));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => ledger.TrySpendAsync(Today, 1, 100, CancellationToken.None));
    }

    private static Task<bool> LeaseAsync(TableProbeLedger ledger, string holder, DateTimeOffset now) =>
        ledger.TryLeaseAsync("east", holder, now, Interval, CancellationToken.None);

    private Task<bool> SpendAsync(DateOnly day, int tokens) =>
        new TableProbeLedger(_clients).TrySpendAsync(day, tokens, 100, CancellationToken.None);
}
