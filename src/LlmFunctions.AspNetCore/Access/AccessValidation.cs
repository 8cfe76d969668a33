using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Options;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Makes the keys resolve when the host starts, so that a missing one is told then and not by the first caller.</summary>
internal sealed class AccessValidation(ISecretSource secrets) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new List<string>();
        _ = new KeyRings(options, secrets, errors);
        if (options.CallerKeys.Count == 0 && !options.AllowAnonymous)
        {
            errors.Add("Nobody may call: set Access__CallerKeys__{name} to a reference such as env:TEAM_A_KEY, "
                + "or Access__AllowAnonymous to true on a machine that only you can reach.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
