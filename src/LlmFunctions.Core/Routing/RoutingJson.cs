using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmFunctions.Core.Routing;

/// <summary>Serializers made at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DecisionDocument))]
internal sealed partial class RoutingJson : JsonSerializerContext
{
    // Made when it is asked for: which part of the class is initialized first is not said.
    private static RoutingJson? _plain;

    /// <summary>What it writes is JSON, never HTML: a plus sign or a quote may stand as it is.</summary>
    public static RoutingJson Plain => _plain ??= new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
