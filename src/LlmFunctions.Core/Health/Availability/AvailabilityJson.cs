using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>Serializers made at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HourSheet))]
internal sealed partial class AvailabilityJson : JsonSerializerContext;
