namespace LlmFunctions.Core.Replay;

/// <summary>Who may be called back when a queued request is done. Bound from the section <c>Callbacks</c>.</summary>
public sealed class CallbackOptions
{
    /// <summary>Hosts that may be named, with commas between; <c>*.example.com</c> stands for its subdomains; default none: callbacks are off.</summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>Reference of the secret that signs, such as <c>env:CALLBACK_SECRET</c>: base64, with or without Standard Webhooks' <c>whsec_</c>.</summary>
    public string? Secret { get; set; }

    /// <summary>Lets callbacks go to loopback, link-local and private addresses, and over http; default false.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Time within which the receiver must answer; default 10 s.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts before a callback is given up; they are 5 s to 2 h apart; default 10.</summary>
    public int MaxAttempts { get; set; } = 10;
}
