using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>How one exchange with one deployment ended.</summary>
public abstract record AttemptOutcome
{
    private AttemptOutcome()
    {
    }

    /// <summary>How a trail and a log name it: <c>200</c>, <c>timeout</c>, <c>refused</c>.</summary>
    public abstract string Label { get; }

    /// <summary>A sound answer, or its sound beginning.</summary>
    public sealed record Answered(EndpointAnswer Answer) : AttemptOutcome
    {
        public override string Label => Invariant(Answer.StatusCode);
    }

    /// <summary>It failed; another deployment may do better.</summary>
    /// <param name="Kind">What health makes of it.</param>
    /// <param name="Label">For the trail.</param>
    public sealed record Failed(FailureKind Kind, string Label) : AttemptOutcome
    {
        public override string Label { get; } = Label;

        /// <summary>Whether its answer broke in the middle, after a sound beginning.</summary>
        public bool HadBegun { get; init; }
    }

    /// <summary>It gave another answer than the one it was to go on with.</summary>
    public sealed record Differs : AttemptOutcome
    {
        public override string Label => "differs";
    }

    /// <summary>The endpoint asked to stay away.</summary>
    /// <param name="Wait">How long, if it said so.</param>
    /// <param name="StatusCode">429 or 503.</param>
    public sealed record Throttled(TimeSpan? Wait, int StatusCode) : AttemptOutcome
    {
        public override string Label => Invariant(StatusCode);
    }

    /// <summary>The key, the name or the credit is wrong.</summary>
    public sealed record Misconfigured(string Reason, string Label) : AttemptOutcome
    {
        public override string Label { get; } = Label;
    }

    /// <summary>An error that is the caller's to mend; passed on as it came.</summary>
    public sealed record CallersError(CallersErrorKind Kind, EndpointAnswer Answer) : AttemptOutcome
    {
        public override string Label => Invariant(Answer.StatusCode);
    }

    /// <summary>The caller left, or the caller's deadline was shorter than the limit.</summary>
    public sealed record Cancelled : AttemptOutcome
    {
        public override string Label => "cancelled";
    }

    private static string Invariant(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
