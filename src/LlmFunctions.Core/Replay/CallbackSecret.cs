using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Replay;

/// <summary>The key that signs callbacks: base64, with or without the <c>whsec_</c> of Standard Webhooks.</summary>
internal sealed class CallbackSecret(ISecretSource secrets) : IValidateOptions<CallbackOptions>
{
    private const string Reference = "env:";
    private const string Prefix = "whsec_";

    /// <summary>Null when it is not there or no base64: then nothing may be sent, since nobody could tell it from a forgery.</summary>
    public byte[]? Find(CallbackOptions options)
    {
        if (options.Secret?.StartsWith(Reference, StringComparison.Ordinal) != true || secrets.Find(options.Secret[Reference.Length..]) is not { } secret)
            return null;
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length > 0 ? key[..length] : null;
    }

    public ValidateOptionsResult Validate(string? name, CallbackOptions options)
    {
        if (options.AllowedHosts.Length == 0 || Find(options) is not null)
            return ValidateOptionsResult.Success;
        return ValidateOptionsResult.Fail(options.Secret?.StartsWith(Reference, StringComparison.Ordinal) == true
            ? $"Callbacks:Secret names the setting '{options.Secret[Reference.Length..]}', which must hold the signing secret in base64, such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw."
            : "Callbacks:Secret must name the secret that signs callbacks, such as env:CALLBACK_SECRET, when Callbacks:AllowedHosts is set.");
    }
}
