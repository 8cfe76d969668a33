using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads the top level of a JSON body once, without building a tree.</summary>
public static class JsonBodyReader
{
    // How deep a body may go is for the endpoint to say.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    /// <exception cref="RequestBodyException">The body is no JSON object, or names the model twice or as something else than text.</exception>
    public static RequestBody Read(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        try
        {
            return ReadObject(bytes, contentType);
        }
        catch (JsonException e)
        {
            throw new RequestBodyException($"The body is not valid JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            throw new RequestBodyException("The body holds text that is not valid UTF-8.");
        }
    }

    private static RequestBody ReadObject(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        if (bytes.IsEmpty)
            throw new RequestBodyException("The body is empty; send a JSON object that names a 'model'.");
        var reader = new Utf8JsonReader(bytes.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new RequestBodyException("The body must be a JSON object.");

        var afterBrace = (int)reader.BytesConsumed;
        var body = new RequestBody { Bytes = bytes, ContentType = contentType, ModelAt = afterBrace..afterBrace };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            body = ReadProperty(ref reader, body);

        // Read once more past the closing brace: anything but white space behind it throws.
        reader.Read();
        return body;
    }

    private static RequestBody ReadProperty(ref Utf8JsonReader reader, RequestBody body)
    {
        if (reader.ValueTextEquals("model"u8))
            return ReadModel(ref reader, body);
        if (reader.ValueTextEquals("stream"u8))
            return body with { IsStreaming = ReadFlag(ref reader, "stream") };
        if (reader.ValueTextEquals("background"u8))
            return body with { IsBackground = IsTrue(ref reader) };
        if (reader.ValueTextEquals("n"u8))
            return body with { Choices = ReadChoices(ref reader) };
        if (reader.ValueTextEquals("stream_options"u8))
            return body with { IncludesUsage = ReadIncludeUsage(ref reader) };
        if (reader.ValueTextEquals("previous_response_id"u8))
            return ReadPreviousResponseId(ref reader, body);
        if (reader.ValueTextEquals("prompt_cache_key"u8))
            return body with { CacheKey = ReadText(ref reader) ?? body.CacheKey };
        if (reader.ValueTextEquals("user"u8))
        {
            var user = ReadText(ref reader);
            return body with { CacheKey = body.CacheKey ?? user };
        }

        if (reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_completion_tokens"u8) || reader.ValueTextEquals("max_output_tokens"u8))
            return body with { MaxAnswerTokens = ReadCount(ref reader) };
        return ReadPrompt(ref reader, body);
    }

    private static RequestBody ReadPrompt(ref Utf8JsonReader reader, RequestBody body)
    {
        var isPrompt = reader.ValueTextEquals("messages"u8) || reader.ValueTextEquals("input"u8)
            || reader.ValueTextEquals("prompt"u8) || reader.ValueTextEquals("system"u8);
        var mayBeMany = reader.ValueTextEquals("prompt"u8);
        var isRead = isPrompt || reader.ValueTextEquals("instructions"u8) || reader.ValueTextEquals("tools"u8);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var prompts = SkipPrompts(ref reader);
        var end = (int)reader.BytesConsumed;
        return isRead
            ? body with
            {
                PromptAt = isPrompt && body.PromptAt.Equals(default) ? start..end : body.PromptAt,
                PromptLength = body.PromptLength + end - start,
                Prompts = mayBeMany ? prompts : body.Prompts,
            }
            : body;
    }

    // "a", ["a","b"], [1,2,3] (one prompt as tokens), [[1,2],[3]]. The value of any other property is passed over alike.
    private static int SkipPrompts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return 1;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray)
                count++;
            reader.Skip();
        }

        return Math.Max(count, 1);
    }

    private static RequestBody ReadModel(ref Utf8JsonReader reader, RequestBody body)
    {
        if (body.Model is not null)
            throw new RequestBodyException("The body names 'model' twice; name it once.", "model");
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { Length: > 0 } model)
            throw new RequestBodyException("'model' must be a text that names a model.", "model");
        return body with { Model = model, ModelAt = (int)reader.TokenStartIndex..(int)reader.BytesConsumed };
    }

    private static RequestBody ReadPreviousResponseId(ref Utf8JsonReader reader, RequestBody body)
    {
        var id = ReadText(ref reader);
        return body with { PreviousResponseId = id, PreviousResponseIdAt = (int)reader.TokenStartIndex..(int)reader.BytesConsumed };
    }

    private static bool ReadFlag(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw new RequestBodyException($"'{name}' must be true or false.", name),
        };
    }

    // Elsewhere a property of this name means something else: images have a background colour.
    private static bool IsTrue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isTrue = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return isTrue;
    }

    // Whatever else stands there is for the endpoint to refuse.
    private static int ReadCount(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count > 0)
            return count;
        reader.Skip();
        return 0;
    }

    private static int ReadChoices(ref Utf8JsonReader reader)
    {
        reader.Read();
        var choices = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : 1;
        reader.Skip();
        return choices;
    }

    private static bool ReadIncludeUsage(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var includes = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("include_usage"u8);
            reader.Read();
            includes |= isUsage && reader.TokenType == JsonTokenType.True;
            reader.Skip();
        }

        return includes;
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }
}
