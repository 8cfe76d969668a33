using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>audio/transcriptions, audio/translations and audio/speech.</summary>
internal static class AudioAnswer
{
    public static Reply Transcript(AnswerContext context)
    {
        var text = context.Generate(null);
        var format = context.Request.Form?["response_format"].ToString();
        if (format is "text" or "srt" or "vtt")
            return new Reply(200, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text.Text + "\n"));
        if (format == "verbose_json")
            return Reply.Json(new { task = "transcribe", language = "english", duration = 1.0, text = text.Text, segments = Array.Empty<object>() });
        var output = text.Tokens.Count;
        return Reply.Json(new
        {
            text = text.Text,
            usage = new { type = "tokens", input_tokens = context.PromptTokens, output_tokens = output, total_tokens = context.PromptTokens + output },
        });
    }

    // Not sound, but bytes that are no text: an ID3 tag and some binary derived from the input.
    public static Reply Speech(AnswerContext context)
    {
        var bytes = new byte[1024];
        "ID3"u8.CopyTo(bytes);
        var state = GeneratedText.Seed(context.Prompt);
        for (var i = 3; i < bytes.Length; i++)
        {
            state = GeneratedText.Next(state);
            bytes[i] = (byte)(state >> 56);
        }
        var format = context.Request.Body.Text("response_format") ?? "mp3";
        return new Reply(200, format == "mp3" ? "audio/mpeg" : $"audio/{format}", bytes);
    }
}
