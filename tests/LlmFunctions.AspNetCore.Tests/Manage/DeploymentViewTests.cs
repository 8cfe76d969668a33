using LlmFunctions.AspNetCore.Manage;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.AspNetCore.Tests.Manage;

public sealed class DeploymentViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly HealthRow Row = new() { Id = new DeploymentId("m", "e"), Breaks = 2, LastFailure = FailureKind.Reset };

    [Theory]
    [InlineData(null, "Closed")]
    [InlineData(1, "Open")]
    [InlineData(0, "HalfOpen")]
    [InlineData(-1, "HalfOpen")]
    public void Circuit_ByItsBreak_IsOneOfThree(int? openFor, string state)
    {
        var row = Row with { OpenUntil = openFor is { } seconds ? Now.AddSeconds(seconds) : null };
        var line = DeploymentView.CircuitLine.Of(row, Now);
        Assert.Equal((state, row.OpenUntil, 2, FailureKind.Reset), (line.State.ToString(), line.OpenUntil, line.Breaks, line.LastFailure));
    }

    [Theory]
    [InlineData(true, 5, true)]
    [InlineData(true, -1, false)]
    [InlineData(false, 5, false)]
    public void Circuit_Trial_IsToldWhileItIsUnderWay(bool isTaken, int leaseEndsIn, bool isTold)
    {
        var until = Now.AddSeconds(leaseEndsIn);
        var line = DeploymentView.CircuitLine.Of(Row with { TrialId = isTaken ? Guid.NewGuid() : null, TrialUntil = until }, Now);
        Assert.Equal(isTold ? until : null, line.TrialUntil);
    }

    [Fact]
    public void Standby_TimesThatNeverWere_AreNull()
    {
        var line = DeploymentView.StandbyLine.Of(new() { Endpoint = "e" });
        Assert.Equal((StandbyPhase.Stopped, null, null, null), (line.Phase, line.Since, line.NotBefore, line.IdleSince));
        Assert.Equal(Now, DeploymentView.StandbyLine.Of(new() { Endpoint = "e", Since = Now }).Since);
    }
}
