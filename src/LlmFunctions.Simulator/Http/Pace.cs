namespace LlmFunctions.Simulator;

/// <summary>When each token of one answer is due.</summary>
internal sealed class Pace(TimeProvider time, SimulatorSettings settings)
{
    private readonly double _tokensPerSecond = settings.TokensPerSecond;
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _firstToken = settings.FirstTokenDelay;

    public bool IsUnlimited => _tokensPerSecond == 0 && _firstToken == TimeSpan.Zero;

    /// <summary>Generation starts this much later.</summary>
    public void StartAfter(TimeSpan delay) => _firstToken += delay;

    public bool IsDue(int token) => Remaining(token) <= TimeSpan.Zero;

    /// <summary>Waits for the token, but not longer than a slice; false if it is due.</summary>
    public async ValueTask<bool> WaitForTokenAsync(int token, TimeSpan slice, CancellationToken cancellationToken)
    {
        var remaining = Remaining(token);
        if (remaining <= TimeSpan.Zero)
            return false;
        await Task.Delay(remaining < slice ? remaining : slice, time, cancellationToken);
        return remaining > slice;
    }

    /// <summary>Waits until a whole answer of so many tokens is generated.</summary>
    public async ValueTask WaitForAllAsync(int tokens, CancellationToken cancellationToken)
    {
        if (Remaining(tokens) is var remaining && remaining > TimeSpan.Zero)
            await Task.Delay(remaining, time, cancellationToken);
    }

    private TimeSpan Remaining(int token)
    {
        var due = _firstToken + (_tokensPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(token / _tokensPerSecond));
        return due - time.GetElapsedTime(_start);
    }
}
