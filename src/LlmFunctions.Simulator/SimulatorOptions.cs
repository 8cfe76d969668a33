using System.Net;

namespace LlmFunctions.Simulator;

/// <summary>How a simulated endpoint starts.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Sent back in <c>x-simulated-endpoint</c> [simulated].</summary>
    public string Name { get; init; } = "simulated";

    /// <summary>The port of the API, 0 for any free one [0].</summary>
    public int Port { get; init; }

    /// <summary>The port of <c>/_simulator/*</c>, 0 for any free one [0].</summary>
    public int ControlPort { get; init; }

    /// <summary>The address that both listen on [127.0.0.1].</summary>
    public IPAddress ListenOn { get; init; } = IPAddress.Loopback;

    /// <summary>How fast answers are generated, 0 for no limit [0].</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>The time before the first token [0].</summary>
    public TimeSpan FirstTokenDelay { get; init; }

    /// <summary>How many tokens an answer has unless the request allows fewer [24].</summary>
    public int AnswerTokens { get; init; } = 24;

    /// <summary>How many tokens come in one event; faults and pace count events [1].</summary>
    public int TokensPerEvent { get; init; } = 1;

    /// <summary>After how many tokens an answer goes on with other words than those of every other endpoint [never].</summary>
    public int SaysElseAfter { get; init; } = int.MaxValue;

    /// <summary>The only key that is accepted; null accepts any caller [null].</summary>
    public string? RequiredKey { get; init; }

    /// <summary>The models that are served; empty serves any name [empty].</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether prompts and last requests are kept; switch off for long benchmarks [true].</summary>
    public bool RecordRequests { get; init; } = true;

    /// <summary>Whether it is not running, so that nothing listens, until its start hook is called [false].</summary>
    public bool BeginsStopped { get; init; }

    /// <summary>The time from its start hook to listening [0].</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>The clock of delays, fault durations and timestamps [the system's].</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
