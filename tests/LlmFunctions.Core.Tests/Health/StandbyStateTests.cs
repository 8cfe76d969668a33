using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class StandbyStateTests
{
    private readonly StandbyState _state = new("cold");

    [Fact]
    public void State_Fresh_IsStoppedAndNotStored()
    {
        Assert.Equal(new StandbyRow { Endpoint = "cold" }, _state.Row);
        Assert.False(_state.IsReady);
    }

    [Fact]
    public void Merge_NewerRow_IsTakenOver()
    {
        _state.Merge(Row(StandbyPhase.Ready, 3, "b"));
        Assert.True(_state.IsReady);
        _state.Merge(Row(StandbyPhase.Stopped, 4, "c"));
        Assert.False(_state.IsReady);
    }

    [Fact]
    public void Merge_RowThatOurOwnWriteOvertook_ChangesNothingButTheETag()
    {
        _state.Set(Row(StandbyPhase.Ready, 3, "c"));
        _state.Merge(Row(StandbyPhase.Starting, 2, "b"));
        Assert.Equal(Row(StandbyPhase.Ready, 3, "b"), _state.Row);
    }

    [Fact]
    public void Merge_WhileWhatWasDoneAloneIsNewer_KeepsItUnsaved()
    {
        _state.SetUnsaved(Row(StandbyPhase.Ready, 5, null));
        _state.Merge(Row(StandbyPhase.Stopped, 2, "b"));
        Assert.True(_state.IsReady && _state.IsUnsaved);
        Assert.Equal("b", _state.Row.ETag);
    }

    [Fact]
    public void Merge_AnotherInstanceDidTheSameAlone_TakesItsRow()
    {
        _state.SetUnsaved(Row(StandbyPhase.Starting, 5, null));
        _state.Merge(Row(StandbyPhase.Ready, 5, "b"));
        Assert.True(_state.IsReady);
        Assert.False(_state.IsUnsaved);
    }

    [Fact]
    public void ForgetStored_TableLost_IsWrittenAsNew()
    {
        _state.Set(Row(StandbyPhase.Ready, 3, "c"));
        _state.ForgetStored();
        Assert.Equal(Row(StandbyPhase.Ready, 3, null), _state.Row);
    }

    [Fact]
    public void PauseAfter_FailuresInARow_DoublesToTheLongest()
    {
        var options = new StandbyOptions();
        Assert.Equal(
            [30, 60, 120, 240, 480, 600, 600],
            new[] { 1, 2, 3, 4, 5, 6, 1_000_000 }.Select(failures => (int)options.PauseAfter(failures).TotalSeconds));
    }

    private static StandbyRow Row(StandbyPhase phase, long version, string? etag) => new() { Endpoint = "cold", Phase = phase, Version = version, ETag = etag };
}
