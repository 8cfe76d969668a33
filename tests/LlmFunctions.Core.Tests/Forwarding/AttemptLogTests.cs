using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class AttemptLogTests
{
    [Fact]
    public void Add_WhileSomebodyReads_TheReaderSeesAMomentOfIt()
    {
        var log = new AttemptLog([]);
        log.Add(Record("a"));
        using var reader = log.GetEnumerator();
        Assert.True(reader.MoveNext());
        log.Add(Record("b"));
        Assert.False(reader.MoveNext());
        Assert.Equal(["a", "b"], log.Select(record => record.Deployment.Endpoint));
        Assert.Equal("b", log[^1].Deployment.Endpoint);
    }

    [Fact]
    public void BreakLast_TwoAttempts_MarksTheSecondAlone()
    {
        var log = new AttemptLog([]);
        log.Add(Record("a"));
        log.Add(Record("b"));
        log.BreakLast("stream_cut");
        Assert.Equal([null, "stream_cut"], log.Select(record => record.Broke));
    }

    private static AttemptRecord Record(string endpoint) => new(new DeploymentId("m", endpoint), "200", TimeSpan.FromSeconds(1), false);
}
