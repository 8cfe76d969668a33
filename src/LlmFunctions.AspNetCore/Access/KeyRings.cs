using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Callers' and operators' keys, resolved once.</summary>
internal sealed class KeyRings
{
    /// <summary>From options that <see cref="AccessValidation"/> found sound; what is wrong with others goes into the errors.</summary>
    public KeyRings(AccessOptions options, ISecretSource secrets, List<string> errors)
    {
        Callers = KeyRing.Create("Access:CallerKeys", options.CallerKeys, secrets, errors);
        Operators = KeyRing.Create("Access:OperatorKeys", options.OperatorKeys, secrets, errors);
        AllowAnonymous = options.AllowAnonymous;
    }

    public KeyRing Callers { get; }

    public KeyRing Operators { get; }

    public bool AllowAnonymous { get; }
}
