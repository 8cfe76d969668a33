using System.Globalization;

namespace LlmFunctions.Simulator;

/// <summary>images/generations and images/edits: one grey pixel each.</summary>
internal static class ImageAnswer
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

    public static Reply Answer(AnswerContext context)
    {
        var requested = context.Request.Form is { } form && int.TryParse(form["n"], CultureInfo.InvariantCulture, out var inForm)
            ? inForm
            : context.Request.Body.Number("n");
        var count = Math.Clamp(requested ?? 1, 1, 10);
        var revised = context.Generate(null).Text;
        return Reply.Json(new
        {
            created = context.Created,
            data = Enumerable.Range(0, count).Select(_ => new { b64_json = Png, revised_prompt = revised }),
            usage = new { input_tokens = context.PromptTokens, output_tokens = count, total_tokens = context.PromptTokens + count },
        });
    }
}
