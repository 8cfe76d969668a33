using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Options;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Callers' and operators' keys, resolved once.</summary>
internal sealed class KeyRings
{
    /// <exception cref="OptionsValidationException">A reference leads nowhere, or nobody could call.</exception>
    public KeyRings(AccessOptions options, ISecretSource secrets)
    {
        var errors = new List<string>();
        Callers = KeyRing.Create("Access:CallerKeys", options.CallerKeys, secrets, errors);
        Operators = KeyRing.Create("Access:OperatorKeys", options.OperatorKeys, secrets, errors);
        if (options.CallerKeys.Count == 0 && !options.AllowAnonymous)
        {
            errors.Add("Nobody may call: set Access__CallerKeys__{name} to a reference such as env:TEAM_A_KEY, "
                + "or Access__AllowAnonymous to true on a machine that only you can reach.");
        }

        if (errors.Count > 0)
            throw new OptionsValidationException(AccessOptions.Section, typeof(AccessOptions), errors);
        AllowAnonymous = options.AllowAnonymous;
    }

    public KeyRing Callers { get; }

    public KeyRing Operators { get; }

    public bool AllowAnonymous { get; }
}
