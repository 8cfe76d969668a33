using LlmFunctions.Simulator;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>Every way in which a stream can break, at every point of it, in each mode and each API, event by event against the unbroken
/// answer; with a second deployment that says the same, and with one that says something else.</summary>
public sealed class StreamMatrixTests(StreamMatrix matrix) : IClassFixture<StreamMatrix>
{
    public static TheoryData<StreamApi, FaultKind, BreakPoint, bool> Cases()
    {
        var rows = new TheoryData<StreamApi, FaultKind, BreakPoint, bool>();
        foreach (var one in Enum.GetValues<StreamApi>().SelectMany(StreamCase.All))
        {
            rows.Add(one.Api, one.Fault, one.Point, false);
            rows.Add(one.Api, one.Fault, one.Point, true);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Splice_AnyBreak_GoesOnOrSaysThatItCannot(StreamApi api, FaultKind fault, BreakPoint point, bool saysElse)
    {
        var one = new StreamCase(api, fault, point);
        if (one.IsBeforeTheCommitPoint)
            await AssertSecondAsync(one, "splice", saysElse);
        else if (one.IsHarmless || one.LacksOnlyAnEnd)
            await AssertFirstAsync(one, "splice", saysElse, asked: 0);
        else if (one.UsesTool)
            await AssertErrorAsync(one, "splice", saysElse, asked: 0);
        else if (!saysElse)
            await AssertFirstAsync(one, "splice", saysElse, asked: 1);
        else if (one.Tokens <= StreamMatrix.SaysElseAfter)
            await AssertSecondAsync(one, "splice", saysElse);
        else
            await AssertErrorAsync(one, "splice", saysElse, asked: 1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Hold_AnyBreak_FailsOverUnseen(StreamApi api, FaultKind fault, BreakPoint point, bool saysElse)
    {
        var one = new StreamCase(api, fault, point);
        if (one.IsHarmless || one.LacksOnlyAnEnd)
            await AssertFirstAsync(one, "hold", saysElse, asked: 0);
        else
            await AssertSecondAsync(one, "hold", saysElse);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Off_AnyBreak_IsToldAtOnce(StreamApi api, FaultKind fault, BreakPoint point, bool saysElse)
    {
        var one = new StreamCase(api, fault, point);
        if (one.IsBeforeTheCommitPoint)
            await AssertSecondAsync(one, "off", saysElse);
        else if (one.IsHarmless || one.LacksOnlyAnEnd)
            await AssertFirstAsync(one, "off", saysElse, asked: 0);
        else
            await AssertErrorAsync(one, "off", saysElse, asked: 0);
    }

    /// <summary>As if the first deployment's stream had not broken.</summary>
    private async Task AssertFirstAsync(StreamCase one, string mode, bool saysElse, int asked)
    {
        var unbroken = await matrix.UnbrokenAsync(one.Api, one.UsesTool, saysElse: false);
        Assert.Equal(StreamEvents.Normalize(unbroken), StreamEvents.Normalize(await matrix.AnswerAsync(one, mode, saysElse)));
        Assert.Equal(asked, matrix.AskedSecond(one, mode, saysElse));
    }

    /// <summary>As if there were the second deployment alone.</summary>
    private async Task AssertSecondAsync(StreamCase one, string mode, bool saysElse)
    {
        var unbroken = await matrix.UnbrokenAsync(one.Api, one.UsesTool, saysElse);
        Assert.Equal(StreamEvents.Normalize(unbroken), StreamEvents.Normalize(await matrix.AnswerAsync(one, mode, saysElse)));
        Assert.Equal(1, matrix.AskedSecond(one, mode, saysElse));
    }

    /// <summary>What the first deployment said, then an error in the API's own shape, and no end.</summary>
    private async Task AssertErrorAsync(StreamCase one, string mode, bool saysElse, int asked)
    {
        var unbroken = StreamEvents.Normalize(await matrix.UnbrokenAsync(one.Api, one.UsesTool, saysElse: false));
        var events = StreamEvents.Normalize(await matrix.AnswerAsync(one, mode, saysElse));
        Assert.Equal(unbroken[..SaidOf(one, unbroken)], events[..^1]);
        AssertIsError(one, StreamEvents.DataOf(events[^1]));
        Assert.Equal(asked, matrix.AskedSecond(one, mode, saysElse));
    }

    // How many events go before the break: all before its first token, its tokens, and more only right before the end.
    private static int SaidOf(StreamCase one, string[] unbroken)
    {
        if (one.Point == BreakPoint.BeforeTheEnd)
            return unbroken.Length - 1;
        var opening = Array.FindIndex(unbroken, item => one.Api switch
        {
            StreamApi.Completions => true,
            StreamApi.Chat => !item.Contains("\"role\"", StringComparison.Ordinal),
            StreamApi.Messages => item.Contains("content_block_delta", StringComparison.Ordinal),
            _ => item.Contains(".delta\"", StringComparison.Ordinal),
        });
        return opening + one.Tokens;
    }

    private static void AssertIsError(StreamCase one, string data)
    {
        var error = System.Text.Json.Nodes.JsonNode.Parse(data)!;
        var code = one.Fault switch { FaultKind.Stall => "stream_stalled", FaultKind.ErrorEvent => "", _ => "stream_cut" };
        switch (one.Api)
        {
            case StreamApi.Responses:
                Assert.Equal("error", error["type"]!.GetValue<string>());
                Assert.Contains(code, error["code"]!.GetValue<string>(), StringComparison.Ordinal);
                break;
            case StreamApi.Messages:
                Assert.Equal("error", error["type"]!.GetValue<string>());
                Assert.NotEqual("", error["error"]!["message"]!.GetValue<string>());
                break;
            default:
                Assert.NotEqual("", error["error"]!["message"]!.GetValue<string>());
                Assert.Contains(code, error["error"]!["code"]?.GetValue<string>() ?? "", StringComparison.Ordinal);
                break;
        }
    }
}
