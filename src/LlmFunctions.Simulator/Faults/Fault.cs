using System.Collections.ObjectModel;
using System.Text.Json.Serialization;

namespace LlmFunctions.Simulator;

/// <summary>One scripted fault. Without <see cref="Times"/>, <see cref="For"/> and <see cref="Share"/> it holds until cleared.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Fault
{
    [JsonRequired]
    public FaultKind Kind { get; init; }

    /// <summary>Only requests for this model, as received; null for all.</summary>
    public string? Model { get; init; }

    /// <summary>Only this operation, e.g. <c>chat/completions</c> (<c>/v1/chat/completions</c> means the same); null for all.</summary>
    public string? Operation { get; init; }

    /// <summary>The number of requests it strikes; 1 is once.</summary>
    public int? Times { get; init; }

    /// <summary>How long it lasts, from when it was added.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>The share of requests it strikes, 0..1, evenly spread: 0.25 strikes every fourth.</summary>
    public double? Share { get; init; }

    public int? Status { get; init; }

    /// <summary>Added to the answer, e.g. <c>retry-after</c>; with slow-first-token and no delay to one that is sound.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public int AfterTokens { get; init; }

    /// <summary>Strikes a stream right before its end (<c>[DONE]</c>, <c>message_stop</c>, <c>response.completed</c>), whatever
    /// <see cref="AfterTokens"/> says.</summary>
    public bool BeforeEnd { get; init; }

    public TimeSpan? Delay { get; init; }

    /// <summary>The body, or the data of the event, in place of the usual one.</summary>
    public string? Body { get; init; }

    /// <summary>The error's code, e.g. <c>insufficient_quota</c>.</summary>
    public string? Code { get; init; }
}
