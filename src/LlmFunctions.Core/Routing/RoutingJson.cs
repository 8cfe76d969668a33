using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmFunctions.Core.Routing;

/// <summary>Serializers made at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Decision))]
internal sealed partial class RoutingJson : JsonSerializerContext;
