using LlmFunctions.Playground.Demo;

namespace LlmFunctions.Playground.Tests.Demo;

/// <summary>What the demo counts as lost, and that it fails by it.</summary>
public sealed class DemoScoreTests
{
    private static readonly TimeSpan Died = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(6);

    private static readonly DemoAnswer Before = Answer(1, "east");
    private static readonly DemoAnswer FailedOver = Answer(3, "west") with { Trail = "east:refused(0.0s), west:200(0.1s)" };
    private static readonly DemoAnswer Returned = Answer(9, "east");

    public static TheoryData<string> Losses => ["no answer", "an error", "a wrong text", "no text"];

    [Fact]
    public void Score_EveryRequestRightAndTheEndpointBack_EndsWithZero()
    {
        var report = Report(Before, FailedOver, Returned);
        Assert.Equal((3, 0, 0, 1), (report.Requests, report.Failed, report.Wrong, report.FailedOver));
        Assert.Equal((TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(3)), (report.FailoverTime, report.Recovery));
        Assert.Equal(("requests lost: 0", 0), End(report, asked: 20, right: 20));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Score_OneRequestLostInTheFirstScene_EndsWithOne(string loss)
    {
        var lost = loss switch
        {
            "no answer" => FailedOver with { Status = 0, Text = null },
            "an error" => FailedOver with { Status = 503, Text = null },
            "a wrong text" => FailedOver with { Text = "something else" },
            _ => FailedOver with { Text = null },
        };
        Assert.Equal(("requests lost: 1", 1), End(Report(Before, lost, Returned), asked: 20, right: 20));
    }

    [Fact]
    public void Score_KeptRequestWithoutItsAnswer_EndsWithOne() =>
        Assert.Equal(("requests lost: 2", 1), End(Report(Before, FailedOver, Returned), asked: 20, right: 18));

    [Fact]
    public void Score_NoTrafficForTheEndpointThatReturned_EndsWithOne()
    {
        var report = Report(Before, FailedOver, Answer(9, "west"));
        Assert.Null(report.Recovery);
        Assert.Contains("east got no traffic back", report.Describe("east"));
        Assert.Equal(("requests lost: 0", 1), End(report, asked: 20, right: 20));
    }

    private static DemoAnswer Answer(double sentAt, string endpoint) => new(
        $"question {sentAt}", TimeSpan.FromSeconds(sentAt), TimeSpan.FromSeconds(sentAt + 0.1), 200, endpoint, $"{endpoint}:200(0.1s)", $"answer {sentAt}", null);

    private static OutageReport Report(params DemoAnswer[] answers) =>
        OutageReport.Of(answers, answers.ToDictionary(answer => answer.Prompt, answer => (string?)answer.Prompt.Replace("question", "answer", StringComparison.Ordinal)), "east", Died, Back);

    private static (string LastLine, int ExitCode) End(OutageReport report, int asked, int right)
    {
        var score = new DemoScore();
        score.Add(report);
        score.AddKept(asked, right);
        return (score.LastLine, score.ExitCode);
    }
}
