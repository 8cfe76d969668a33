using System.Text.Json.Serialization;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Serializers made at compile time, so that the first request does not build them.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class ForwardingJson : JsonSerializerContext;
