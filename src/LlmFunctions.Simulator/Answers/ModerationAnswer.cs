using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>moderations: what says "violence" is flagged.</summary>
internal static class ModerationAnswer
{
    public static Reply Answer(AnswerContext context)
    {
        var input = context.Request.Body.Member("input");
        string[] texts = input is { ValueKind: JsonValueKind.Array } array
            ? [.. array.EnumerateArray().Select(item => PromptText.Flatten(item))]
            : [context.Prompt];
        return Reply.Json(new { id = AnswerContext.NewId("modr-"), model = context.Model, results = texts.Select(Result) });
    }

    private static object Result(string text)
    {
        var flagged = text.Contains("violence", StringComparison.OrdinalIgnoreCase);
        return new
        {
            flagged,
            categories = new { hate = false, violence = flagged },
            category_scores = new { hate = 0.0, violence = flagged ? 0.9 : 0.0 },
        };
    }
}
