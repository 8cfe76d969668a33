using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>Whether the simulated model calls a tool, and which.</summary>
internal static class ToolChoice
{
    /// <summary>The tool's name, or null for a text answer.</summary>
    public static string? Of(SimulatedRequest request)
    {
        var tool = request.Body.Items("tools").FirstOrDefault();
        if (tool.ValueKind != JsonValueKind.Object || HasToolResult(request.Body))
            return null;
        var choice = request.Body.Member("tool_choice");
        if (IsForced(choice))
            return NameOf(choice!.Value) ?? NameOf(tool);
        var isForbidden = choice is { } given && (IsText(given, "none") || given.Text("type") == "none");
        return !isForbidden && request.Prompt?.Contains("use the tool", StringComparison.OrdinalIgnoreCase) == true ? NameOf(tool) : null;
    }

    // "required" | {"type":"function","function":{"name":"f"}} | {"type":"tool","name":"f"} | {"type":"any"}
    private static bool IsForced(JsonElement? choice) =>
        choice is { } given && (IsText(given, "required") || given.Text("type") is "function" or "tool" or "any");

    private static string? NameOf(JsonElement tool) => tool.Member("function")?.Text("name") ?? tool.Text("name");

    private static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    // Once the tool has answered, the model speaks.
    private static bool HasToolResult(JsonElement body)
    {
        var lastMessage = body.Items("messages").LastOrDefault();
        return lastMessage.Text("role") == "tool"
            || lastMessage.Items("content").Any(part => part.Text("type") == "tool_result")
            || body.Items("input").LastOrDefault().Text("type") == "function_call_output";
    }
}
