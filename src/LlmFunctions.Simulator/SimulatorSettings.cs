namespace LlmFunctions.Simulator;

/// <summary>What can be changed while the endpoint runs. Thread-safe.</summary>
public sealed class SimulatorSettings
{
    private readonly Lock _lock = new();
    private double _tokensPerSecond;
    private TimeSpan _firstTokenDelay;
    private int _answerTokens;
    private int _tokensPerEvent;
    private int _saysElseAfter;

    internal SimulatorSettings(SimulatorOptions options)
    {
        TokensPerSecond = options.TokensPerSecond;
        FirstTokenDelay = options.FirstTokenDelay;
        AnswerTokens = options.AnswerTokens;
        TokensPerEvent = options.TokensPerEvent;
        SaysElseAfter = options.SaysElseAfter;
    }

    /// <summary>0 is unlimited.</summary>
    public double TokensPerSecond
    {
        get { lock (_lock) return _tokensPerSecond; }
        set
        {
            if (!double.IsFinite(value))
                throw new ArgumentOutOfRangeException(nameof(value), "tokensPerSecond is a finite number");
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_lock) _tokensPerSecond = value;
        }
    }

    public TimeSpan FirstTokenDelay
    {
        get { lock (_lock) return _firstTokenDelay; }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            lock (_lock) _firstTokenDelay = value;
        }
    }

    public int AnswerTokens
    {
        get { lock (_lock) return _answerTokens; }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            lock (_lock) _answerTokens = value;
        }
    }

    public int TokensPerEvent
    {
        get { lock (_lock) return _tokensPerEvent; }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            lock (_lock) _tokensPerEvent = value;
        }
    }

    /// <summary>The greatest number there is means never.</summary>
    public int SaysElseAfter
    {
        get { lock (_lock) return _saysElseAfter; }
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_lock) _saysElseAfter = value;
        }
    }

    internal Speech Speech
    {
        get { lock (_lock) return new(_answerTokens, _tokensPerEvent, _saysElseAfter); }
    }
}
