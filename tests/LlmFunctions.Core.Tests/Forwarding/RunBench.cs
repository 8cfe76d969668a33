using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Tests.Health;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>Runs of requests for the model <c>gpt</c>, whose attempts end as a test says.</summary>
internal sealed class RunBench
{
    public static readonly AttemptOutcome Broken = new AttemptOutcome.Failed(FailureKind.Malformed, "malformed");
    public static readonly AttemptOutcome TooLong = Refused(CallersErrorKind.ContextLength);
    public static readonly AttemptOutcome Filtered = Refused(CallersErrorKind.ContentFilter);
    public static readonly AttemptOutcome Answered = new AttemptOutcome.Answered(new(200, [], Encoding.UTF8.GetBytes("{}")));

    public HealthBench Health { get; } = new();

    public RetryBudget Budget { get; }

    public CountedPrompts Prompts { get; }

    public SharedTrials Trials { get; }

    public List<(ModelConfig Model, string[] Deployments)> Fallbacks { get; } = [];

    public ModelConfig Model { get; set; } = new() { Name = "gpt", Deployments = [] };

    public int MaxAttempts { get; set; } = 4;

    public RunBench()
    {
        Budget = new(new(), Health.Time);
        Prompts = new(Health.Time);
        Trials = new(new FakeHealthStore(), Health.Time, Health.Options);
    }

    /// <summary>Adds a model to ask after the last tier.</summary>
    public void AddFallback(string name, int? contextTokens, params string[] endpoints) =>
        Fallbacks.Add((new() { Name = name, Deployments = [], ContextTokens = contextTokens }, [.. endpoints.Select(endpoint => $"{name}@{endpoint}")]));

    public ForwardRun Begin(string[] deployments, bool isAgain = false, bool asksInTurn = false, TimeSpan? deadline = null, string prompt = "p",
        AttemptRecord[]? earlier = null) => new(
        new()
        {
            Method = HttpMethod.Post,
            Path = ApiPath.TryParse("/v1/chat/completions")!,
            Body = JsonBodyReader.Read(Encoding.UTF8.GetBytes($$"""{"messages":"{{prompt}}"}"""), "application/json"),
            Model = "gpt",
        },
        new()
        {
            Deployments = [.. deployments.Select(Health.Get)],
            Fallbacks = Fallbacks.Count == 0 ? null : new(() => [.. Fallbacks.Select(f => new FallbackModel(f.Model, [.. f.Deployments.Select(Health.Get)]))]),
            Model = Model,
            Deadline = Health.Now + (deadline ?? TimeSpan.FromMinutes(3)),
            MaxAttempts = MaxAttempts,
            AsksInTurn = asksInTurn,
            Earlier = isAgain ? [Earlier("gpt@earlier", "refused")] : earlier ?? [],
        },
        Budget,
        Prompts,
        Trials,
        Health.Time);

    /// <summary>Makes the next attempts with the given ends while somebody is left. Who was asked, and the request's end.</summary>
    public static async Task<(string Asked, ForwardResult Result)> GoAsync(ForwardRun run, params AttemptOutcome[] outcomes)
    {
        AttemptOutcome? last = null;
        foreach (var outcome in outcomes)
        {
            if (await run.TryBeginNextAsync() is not { } lease)
                break;
            using (lease)
                run.Record(lease, last = outcome, TimeSpan.Zero);
            if (run.IsFinal(lease.State, outcome))
                break;
        }

        var result = run.End(last);
        return (string.Join(" ", result.Attempts.Where(attempt => attempt.EndedAt is not null).Select(attempt => attempt.Deployment)), result);
    }

    /// <summary>An attempt made before the request waited.</summary>
    public static AttemptRecord Earlier(string id, string outcome)
    {
        Assert.True(DeploymentId.TryParse(id, out var deployment));
        return new(deployment, outcome, TimeSpan.FromSeconds(1), false);
    }

    public void SpendBudget()
    {
        while (Budget.TryTake())
        {
        }
    }

    private static AttemptOutcome.CallersError Refused(CallersErrorKind kind) => new AttemptOutcome.CallersError(kind, new(400, [], Encoding.UTF8.GetBytes(kind.ToString())));
}
