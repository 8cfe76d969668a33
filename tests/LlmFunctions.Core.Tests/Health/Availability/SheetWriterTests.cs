using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class SheetWriterTests : IDisposable
{
    private readonly AvailabilityBench _bench = new();

    [Fact]
    public async Task Execute_EachInterval_WritesWhatIsNewOverItsOwnRow()
    {
        await _bench.Writer.StartAsync(CancellationToken.None);
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, null);
        await Eventually.TrueAsync(() => AnsweredIn(_bench.Store) == 1, () => _bench.Time.Advance(TimeSpan.FromSeconds(1)));
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, null);
        await Eventually.TrueAsync(() => AnsweredIn(_bench.Store) == 2, () => _bench.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(_bench.Tally.Instance, Assert.Single(_bench.Store.Sheets).Instance);
        await _bench.Writer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Write_StoreIsOut_IsWrittenTheNextTimeAndToldOnce()
    {
        _bench.Store.Down = true;
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, null);
        await _bench.WriteAsync();
        await _bench.WriteAsync();
        Assert.Single(_bench.WriterLog.Lines);
        _bench.Store.Down = false;
        await _bench.WriteAsync();
        Assert.Equal(1, AnsweredIn(_bench.Store));
        Assert.Equal(2, _bench.WriterLog.Lines.Count);
    }

    [Fact]
    public async Task Stop_SomethingIsNew_WritesItFirst()
    {
        await _bench.Writer.StartAsync(CancellationToken.None);
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, null);
        await _bench.Writer.StopAsync(CancellationToken.None);
        Assert.Equal(1, AnsweredIn(_bench.Store));
    }

    public void Dispose() => _bench.Dispose();

    private static long AnsweredIn(FakeAvailabilityStore store) => store.Sheets.Sum(sheet => sheet.Sheet.Models.Values.Sum(model => model.Answered));
}
