using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>Requests and how they ended.</summary>
internal static class Requests
{
    public static RouterRequest New(string id = "req_1", string owner = "team-a", string model = "gpt", bool isReplay = false) => new()
    {
        Id = id,
        Owner = owner,
        Path = "/v1/chat/completions",
        Header = _ => null,
        IsReplay = isReplay,
        Call = new()
        {
            Method = HttpMethod.Post,
            Path = ApiPath.TryParse("/v1/chat/completions")!,
            Model = model,
            Body = new RequestBody { Bytes = "{}"u8.ToArray(), ContentType = "application/json" },
        },
    };

    /// <summary>Attempts such as <c>east:503</c>, a second apart.</summary>
    public static Decision Decide(string id, params string[] attempts) => new(
        id,
        "gpt",
        1,
        TimeSpan.Zero,
        [new("gpt@east", 0, null, null, null), new("gpt@west", 1, SkipKind.CircuitOpen, null, null)],
        [.. attempts.Select(one => one.Split(':')).Select(parts => new AttemptRecord(new DeploymentId("gpt", parts[0]), parts[1], TimeSpan.FromSeconds(1), false))]);

    public static RouterResult.Answered Answered(Decision decision, int status = 200) => new(new(status, [], "{}"u8.ToArray()), decision);

    public static RouterResult.Answered Broken(Decision decision) =>
        new(new(200, [], AsyncEnumerable.Empty<ReadOnlyMemory<byte>>(), Nothing.Instance, () => true), decision);

    public static RouterResult.Refused Refused(Decision? decision, int status = 503) => new(new(status, "no_deployment_available", "Try later."), decision);

    public static RouterResult.Accepted Accepted(Decision decision) => new(
        new QueuedRequest
        {
            Id = decision.RequestId,
            Owner = "team-a",
            Model = "gpt",
            Method = "POST",
            Path = "/v1/chat/completions",
            CreatedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.UnixEpoch.AddHours(24),
            DueAt = DateTimeOffset.UnixEpoch,
        },
        null,
        decision);

    private sealed class Nothing : IAsyncDisposable
    {
        public static Nothing Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
