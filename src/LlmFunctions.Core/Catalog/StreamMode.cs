namespace LlmFunctions.Core.Catalog;

/// <summary>What happens to a stream that breaks after its first content went to the caller.</summary>
public enum StreamMode
{
    /// <summary><c>splice</c>: another deployment is asked again from the start, and goes on where the broken one stopped.</summary>
    Splice,

    /// <summary><c>hold</c>: nothing goes to the caller before the answer is complete, so that any break fails over unseen.</summary>
    Hold,

    /// <summary><c>off</c>: an in-band error at once.</summary>
    Off,
}
