using System.Text.Json;
using System.Text.Json.Serialization;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Replay;

/// <summary>Serializers made at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(CallbackMessage))]
internal sealed partial class ReplayJson : JsonSerializerContext;
