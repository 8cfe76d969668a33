namespace LlmFunctions.Core.Catalog;

/// <summary>How a hook is called.</summary>
public enum HookMethod
{
    Post,
    Put,
    Patch,
    Delete,
}
