using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>A request, read and understood.</summary>
internal sealed class SimulatedRequest : IDisposable
{
    public required ApiPath Path { get; init; }
    public required byte[] RawBody { get; init; }
    public JsonDocument? Document { get; init; }
    public IFormCollection? Form { get; init; }

    /// <summary>The model as received, in the path or in the body.</summary>
    public string? Model { get; init; }

    public bool Streamed { get; init; }

    /// <summary>The text that the answer depends on; null if the operation has none.</summary>
    public string? Prompt { get; init; }

    public JsonElement Body => Document?.RootElement ?? default;

    public void Dispose() => Document?.Dispose();
}
