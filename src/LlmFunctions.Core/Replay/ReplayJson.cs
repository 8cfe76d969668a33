using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmFunctions.Core.Replay;

/// <summary>Serializers made at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CallbackMessage))]
internal sealed partial class ReplayJson : JsonSerializerContext;
