using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using LlmFunctions.AspNetCore.Manage;
using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Surfaces;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.AspNetCore.Responses;

/// <summary>Serializers of what the router answers itself, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DecisionView))]
[JsonSerializable(typeof(ReadinessView))]
[JsonSerializable(typeof(AvailabilityView))]
[JsonSerializable(typeof(DeploymentView[]))]
[JsonSerializable(typeof(DeploymentView))]
[JsonSerializable(typeof(CatalogVersion))]
[JsonSerializable(typeof(IReadOnlyList<CatalogVersion>))]
[JsonSerializable(typeof(CatalogErrorsView))]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(RequestView[]))]
internal sealed partial class RouterJson : JsonSerializerContext
{
    // Made when it is asked for: which part of the class is initialized first is not said.
    private static RouterJson? _plain;

    /// <summary>What it writes is JSON, never HTML: a plus sign or a quote may stand as it is.</summary>
    public static RouterJson Plain => _plain ??= new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
