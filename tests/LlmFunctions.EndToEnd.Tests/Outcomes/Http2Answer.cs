namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>What an <see cref="Http2Endpoint"/> does with a request.</summary>
internal enum Http2Answer
{
    Sound,

    /// <summary>RST_STREAM with REFUSED_STREAM.</summary>
    RefusesTheStream,

    /// <summary>GOAWAY that names no stream as looked at.</summary>
    GoesAway,
}
