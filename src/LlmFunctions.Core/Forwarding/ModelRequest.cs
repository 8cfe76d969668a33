using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding.Splicing;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What is sent to a deployment, whichever it will be.</summary>
public sealed record ModelRequest
{
    public required HttpMethod Method { get; init; }

    public required ApiPath Path { get; init; }

    /// <summary>The caller's query with its question mark, or empty.</summary>
    public string Query { get; init; } = "";

    /// <summary>The caller's headers that may reach an endpoint (<see cref="RelayedHeaders"/>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public required RequestBody Body { get; init; }

    /// <summary>The model's name in the catalog that is asked now.</summary>
    public required string Model { get; init; }

    /// <summary>Streamed: longest silence between two contents.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What happens when a streamed answer breaks in its middle.</summary>
    public StreamMode Stream { get; init; } = StreamMode.Splice;

    /// <summary>Hold a streamed answer until its end, so that a break in its middle fails over too.</summary>
    public bool HoldsWhole => Stream == StreamMode.Hold;

    /// <summary>What the caller has of an answer whose stream broke; null: nothing.</summary>
    internal StreamTranscript? Delivered { get; init; }

    public bool IsStreaming => Body.IsStreaming;
}
