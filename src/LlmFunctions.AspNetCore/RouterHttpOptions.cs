namespace LlmFunctions.AspNetCore;

/// <summary>The edges of the router. Bound from the section <c>Http</c>.</summary>
public sealed class RouterHttpOptions
{
    public const string Section = "Http";

    /// <summary>Largest request body in bytes; default 32 MiB. A larger one is 413.</summary>
    public int MaxRequestBody { get; set; } = 32 * 1024 * 1024;

    /// <summary>Bytes that all buffered request bodies of an instance may hold together; default 256 MiB. Beyond it, 503.</summary>
    public long MaxBufferedBodies { get; set; } = 256L * 1024 * 1024;

    /// <summary>How long a stopping instance lets requests in flight finish; default 30 s.</summary>
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(30);
}
