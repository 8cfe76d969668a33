using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmFunctions.Simulator;

/// <summary>JSON on the control port: camelCase members, kebab-case kinds, errors that list what is valid.</summary>
internal static class ControlJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    public static Reply Reply<T>(T body, int status = 200) =>
        new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(body, Options));

    public static Reply Problem(string message, int status = 400) => Reply(new { error = new { message } }, status);

    /// <summary>Throws an <see cref="ArgumentException"/> that lists the valid members, and kinds if there are any.</summary>
    public static T Read<T>(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Options) ?? throw new JsonException("The body is null.");
        }
        catch (JsonException exception)
        {
            var members = typeof(T).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            var message = $"{exception.Message} Valid fields: {string.Join(", ", members)}.";
            if (typeof(T) == typeof(Fault))
                message += $" Valid kinds: {string.Join(", ", Enum.GetNames<FaultKind>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}.";
            throw new ArgumentException(message, exception);
        }
    }
}
