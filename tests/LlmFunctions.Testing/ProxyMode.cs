namespace LlmFunctions.Testing;

/// <summary>What a <see cref="TcpProxy"/> does with its connections.</summary>
public abstract record ProxyMode
{
    private ProxyMode()
    {
    }

    /// <summary>Passes everything on, both ways.</summary>
    public static ProxyMode Forward { get; } = new ForwardMode();

    /// <summary>The port is closed, as when the service is down; open connections are reset.</summary>
    public static ProxyMode Refuse { get; } = new RefuseMode();

    /// <summary>Accepts and reads, and never answers; a connection that was in it stays silent in any mode.</summary>
    public static ProxyMode BlackHole { get; } = new BlackHoleMode();

    /// <summary>Passes everything on, but holds back each piece of an answer for this long.</summary>
    public static ProxyMode Delay(TimeSpan time) => new DelayMode(time);

    internal sealed record ForwardMode : ProxyMode;

    internal sealed record RefuseMode : ProxyMode;

    internal sealed record BlackHoleMode : ProxyMode;

    internal sealed record DelayMode(TimeSpan Time) : ProxyMode;
}
