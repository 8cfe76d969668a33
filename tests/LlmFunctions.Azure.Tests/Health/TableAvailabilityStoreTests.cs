using System.Globalization;
using LlmFunctions.Azure.Health;
using LlmFunctions.Core;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Health;

public sealed class TableAvailabilityStoreTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Hour = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);
    private static readonly DeploymentId East = new("meta-llama/Llama 3", "east");
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StorageClients _clients = HealthTables.Create(azurite);

    [Fact]
    public async Task Sheets_WrittenAgain_AreReplacedAndReadByTheHour()
    {
        await Store().WriteSheetAsync("pod/1", Hour, Counted(1), None);
        await Store().WriteSheetAsync("pod/1", Hour, Counted(2), None);
        await Store().WriteSheetAsync("pod/2", Hour, Counted(3), None);
        await Store().WriteSheetAsync("pod/1", Hour.AddHours(1), Counted(4), None);
        Assert.Equal([("pod/1", 2), ("pod/2", 3)], (await ReadAsync(Hour.AddMinutes(59), Hour.AddHours(1))).Select(sheet => (sheet.Instance, AnsweredIn(sheet))).Order());
        Assert.Equal(9, (await ReadAsync(Hour, Hour.AddHours(1).AddTicks(1))).Sum(AnsweredIn));
        Assert.Empty(await ReadAsync(Hour.AddHours(2), Hour.AddHours(9)));
    }

    [Fact]
    public async Task Sheets_OfAThousandDeployments_FitARow()
    {
        var seen = Enumerable.Range(0, 12).Select(i => new Period(Hour.AddMinutes(5 * i), Hour.AddMinutes((5 * i) + 1)));
        var throttled = Enumerable.Range(0, 60).Select(i => new Period(Hour.AddMinutes(i), Hour.AddMinutes(i).AddSeconds(Random.Shared.Next(50))));
        var sheet = new HourSheet(
            Enumerable.Range(0, 1_000).ToDictionary(i => $"model-{i % 100}@endpoint-{i}", _ => DeploymentHour.Of(Hour, seen, throttled, TimeSpan.Zero)),
            Counted(1).Models);
        await Store().WriteSheetAsync("pod", Hour, sheet, None);
        Assert.Equal(1_000, Assert.Single(await ReadAsync(Hour, Hour.AddHours(1))).Sheet.Deployments.Count);
    }

    [Fact]
    public async Task Merge_MoreInstancesThanATransactionHolds_ComesToOneRowWithEveryCount()
    {
        const int Instances = 230;
        await Parallel.ForEachAsync(Enumerable.Range(1, Instances), async (i, token) =>
            await Store().WriteSheetAsync(i.ToString(CultureInfo.InvariantCulture), Hour, Counted(i), token));
        await Store().WriteSheetAsync("running", Hour.AddHours(1), Counted(1), None);
        await Store().MergeSheetsAsync(Hour.AddDays(-2), Hour.AddHours(1), Hold, None);
        var merged = Assert.Single(await ReadAsync(Hour, Hour.AddHours(1)));
        Assert.Equal((null, Instances * (Instances + 1) / 2), (merged.Instance, AnsweredIn(merged)));
        Assert.Equal("running", Assert.Single(await ReadAsync(Hour.AddHours(1), Hour.AddHours(2))).Instance);
    }

    [Fact]
    public async Task Merge_SeveralAtOnceAndLateOnes_CountEachOnce()
    {
        for (var i = 0; i < 20; i++)
            await Store().WriteSheetAsync($"{i}", Hour, Counted(1), None);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Store().MergeSheetsAsync(Hour, Hour.AddHours(1), Hold, None)));
        Assert.Equal(20, (await ReadAsync(Hour, Hour.AddHours(1))).Sum(AnsweredIn));
        await Store().WriteSheetAsync("late", Hour, Counted(5), None);
        await Store().MergeSheetsAsync(Hour, Hour.AddHours(1), Hold, None);
        Assert.Equal(25, AnsweredIn(Assert.Single(await ReadAsync(Hour, Hour.AddHours(1)))));
    }

    [Fact]
    public async Task Incident_OpenedAndEndedByAnother_IsAsItWas()
    {
        await Store().OpenIncidentAsync(Down(Hour), None);
        Assert.Equal([Down(Hour)], await Store().ListOpenIncidentsAsync(None));
        Assert.Equal([Down(Hour)], await ListAsync(Hour.AddHours(1), Hour.AddHours(2)));
        await Store().CloseIncidentAsync(East, IncidentKind.Circuit, Hour.AddMinutes(7), None);
        Assert.Empty(await Store().ListOpenIncidentsAsync(None));
        Assert.Equal([Down(Hour) with { EndedAt = Hour.AddMinutes(7) }], await ListAsync(Hour.AddMinutes(7), Hour.AddHours(2)));
        Assert.Empty(await ListAsync(Hour.AddMinutes(8), Hour.AddHours(2)));
        Assert.Empty(await ListAsync(Hour.AddHours(-1), Hour));
    }

    [Fact]
    public async Task Incident_OpenedByTwo_IsOneFromTheEarlierStart()
    {
        await Store().OpenIncidentAsync(Down(Hour.AddSeconds(2)), None);
        await Store().OpenIncidentAsync(Down(Hour), None);
        await Store().OpenIncidentAsync(Down(Hour.AddSeconds(1)), None);
        Assert.Equal(Hour, Assert.Single(await Store().ListOpenIncidentsAsync(None)).StartedAt);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Store().OpenIncidentAsync(Down(Hour.AddSeconds(-i)), None)));
        Assert.Equal(Hour.AddSeconds(-4), Assert.Single(await Store().ListOpenIncidentsAsync(None)).StartedAt);
    }

    [Fact]
    public async Task Incident_EndedByTwo_IsOne()
    {
        await Store().OpenIncidentAsync(Down(Hour), None);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Store().CloseIncidentAsync(East, IncidentKind.Circuit, Hour.AddSeconds(60 + i), None)));
        await Store().CloseIncidentAsync(East, IncidentKind.Circuit, Hour.AddHours(1), None);
        Assert.InRange(Assert.Single(await ListAsync(Hour, Hour.AddHours(2))).EndedAt!.Value, Hour.AddSeconds(60), Hour.AddSeconds(64));
    }

    [Fact]
    public async Task Incident_KindsOfOneDeployment_AreApart()
    {
        foreach (var kind in Enum.GetValues<IncidentKind>())
            await Store().OpenIncidentAsync(Down(Hour) with { Kind = kind }, None);
        await Store().CloseIncidentAsync(East, IncidentKind.Misconfigured, Hour.AddHours(1), None);
        Assert.Equal([IncidentKind.Circuit, IncidentKind.Draining, IncidentKind.StandbyFailed], (await Store().ListOpenIncidentsAsync(None)).Select(incident => incident.Kind).Order());
        Assert.Equal(4, (await ListAsync(Hour, Hour.AddHours(1))).Count);
    }

    [Fact]
    public async Task Incident_BrokeOffBetweenItsTwoRows_HasEnded()
    {
        await Store().OpenIncidentAsync(Down(Hour), None);
        await Store().CloseIncidentAsync(East, IncidentKind.Circuit, Hour.AddMinutes(1), None);
        await Store().OpenIncidentAsync(Down(Hour), None);
        Assert.Equal(Hour.AddMinutes(1), Assert.Single(await ListAsync(Hour, Hour.AddHours(1))).EndedAt);
    }

    [Fact]
    public async Task Incident_ThatEndsBeforeItBegan_TookNoTime()
    {
        await Store().OpenIncidentAsync(Down(Hour), None);
        await Store().CloseIncidentAsync(East, IncidentKind.Circuit, Hour.AddSeconds(-3), None);
        Assert.Equal(Hour, Assert.Single(await ListAsync(Hour, Hour.AddHours(1))).EndedAt);
    }

    [Fact]
    public async Task Purge_LongOver_IsRemovedAndTheRestStays()
    {
        var before = Hour.AddDays(-400);
        await Store().WriteSheetAsync("pod", before.AddHours(-1), Counted(1), None);
        await Store().WriteSheetAsync("pod", before, Counted(2), None);
        foreach (var (start, i) in new[] { before.AddDays(-60), before, Hour }.Select((start, i) => (start, i)))
        {
            await Store().OpenIncidentAsync(Down(start), None);
            if (i < 2)
                await Store().CloseIncidentAsync(East, IncidentKind.Circuit, start.AddHours(1), None);
        }

        await Store().PurgeAsync(before, None);
        Assert.Equal(2, AnsweredIn(Assert.Single(await ReadAsync(before.AddDays(-9), Hour))));
        Assert.Equal([before, Hour], (await ListAsync(before.AddDays(-90), Hour.AddHours(1))).Select(incident => incident.StartedAt));
    }

    [Fact]
    public async Task AnyCall_TablesWereDeletedUnderIt_GoesOn()
    {
        var store = Store();
        await store.WriteSheetAsync("pod", Hour, Counted(1), None);
        await store.OpenIncidentAsync(Down(Hour), None);
        await _clients.Tables.DeleteTableAsync($"{_clients.Prefix}availability");
        await _clients.Tables.DeleteTableAsync($"{_clients.Prefix}incidents");
        Assert.Empty(await store.ReadSheetsAsync(Hour, Hour.AddHours(1), None));
        Assert.Empty(await store.ListIncidentsAsync(Hour, Hour.AddHours(1), None));
        Assert.Empty(await store.ListOpenIncidentsAsync(None));
        await store.WriteSheetAsync("pod", Hour, Counted(2), None);
        await store.OpenIncidentAsync(Down(Hour), None);
        Assert.Single(await store.ReadSheetsAsync(Hour, Hour.AddHours(1), None));
        Assert.Single(await store.ListOpenIncidentsAsync(None));
    }

    [Fact]
    public async Task AnyCall_NothingListens_SaysThatStorageIsUnavailable()
    {
        var store = new TableAvailabilityStore(HealthTables.Nowhere());
        foreach (var call in (Func<Task>[])
        [
            () => store.WriteSheetAsync("pod", Hour, Counted(1), None),
            () => store.ReadSheetsAsync(Hour, Hour.AddHours(1), None),
            () => store.MergeSheetsAsync(Hour, Hour.AddHours(1), Hold, None),
            () => store.OpenIncidentAsync(Down(Hour), None),
            () => store.CloseIncidentAsync(East, IncidentKind.Circuit, Hour, None),
            () => store.ListOpenIncidentsAsync(None),
            () => store.ListIncidentsAsync(Hour, Hour.AddHours(1), None),
            () => store.PurgeAsync(Hour, None),
        ])
            await Assert.ThrowsAsync<StorageUnavailableException>(call);
    }

    private static Incident Down(DateTimeOffset startedAt) => new(East, IncidentKind.Circuit, "timeout", startedAt, null);

    private static HourSheet Counted(int answered) => new(
        new Dictionary<string, DeploymentHour> { ["gpt@east"] = DeploymentHour.Of(Hour, [new(Hour, Hour.AddSeconds(answered))], [], Hold) },
        new Dictionary<string, ModelHour> { ["gpt"] = new(answered, 0, 0, 0, FailoverTimes.None) });

    private static long AnsweredIn(StoredSheet sheet) => sheet.Sheet.Models["gpt"].Answered;

    // Another store each time: nothing is kept in memory.
    private TableAvailabilityStore Store() => new(_clients);

    private Task<IReadOnlyList<StoredSheet>> ReadAsync(DateTimeOffset since, DateTimeOffset until) => Store().ReadSheetsAsync(since, until, None);

    private Task<IReadOnlyList<Incident>> ListAsync(DateTimeOffset since, DateTimeOffset until) => Store().ListIncidentsAsync(since, until, None);
}
