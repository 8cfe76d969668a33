using LlmFunctions.Simulator;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>Where a stream breaks.</summary>
public enum BreakPoint
{
    BeforeTheFirstToken,
    AfterOneToken,
    InTheMiddle,
    AfterTheLastToken,
    BeforeTheEnd,
    InsideAToolCall,
}

/// <summary>One way in which the first deployment's stream breaks.</summary>
internal sealed record StreamCase(StreamApi Api, FaultKind Fault, BreakPoint Point)
{
    public string Model => $"{Api}-{Fault}-{Point}".ToLowerInvariant();

    public bool UsesTool => Point == BreakPoint.InsideAToolCall;

    /// <summary>How many tokens the first deployment says.</summary>
    public int Tokens => Point switch
    {
        BreakPoint.BeforeTheFirstToken => 0,
        BreakPoint.AfterOneToken => 1,
        BreakPoint.InTheMiddle => 12,
        BreakPoint.InsideAToolCall => 5,
        _ => 24,
    };

    /// <summary>Nothing but the end is left to say, and the API's end can be added.</summary>
    public bool LacksOnlyAnEnd => Point == BreakPoint.BeforeTheEnd && Api != StreamApi.Responses;

    /// <summary>The caller has nothing yet.</summary>
    public bool IsBeforeTheCommitPoint => Point == BreakPoint.BeforeTheFirstToken;

    /// <summary>Whether the first deployment's stream goes on to its end: what is no JSON is skipped.</summary>
    public bool IsHarmless => Fault == FaultKind.MalformedChunk && !IsBeforeTheCommitPoint;

    public static IEnumerable<StreamCase> All(StreamApi api)
    {
        foreach (var point in Enum.GetValues<BreakPoint>().Where(point => api != StreamApi.Completions || point != BreakPoint.InsideAToolCall))
        {
            foreach (var kind in (FaultKind[])[FaultKind.Cut, FaultKind.Stall, FaultKind.ErrorEvent, FaultKind.MalformedChunk])
                yield return new(api, kind, point);
        }

        yield return new(api, FaultKind.NoDone, BreakPoint.BeforeTheEnd);
    }

    public Fault ToFault() => new() { Kind = Fault, Model = Model, AfterTokens = Tokens, BeforeEnd = Point == BreakPoint.BeforeTheEnd };
}
