namespace LlmFunctions.Core.Catalog;

/// <summary>One model at one endpoint; written <c>gpt-4o@east</c>.</summary>
public readonly record struct DeploymentId(string Model, string Endpoint)
{
    public override string ToString() => $"{Model}@{Endpoint}";

    /// <summary>Reads <c>model@endpoint</c>; model names may hold an <c>@</c>, endpoint names may not.</summary>
    public static bool TryParse(string? text, out DeploymentId id)
    {
        var at = text?.LastIndexOf('@') ?? -1;
        id = at > 0 && at < text!.Length - 1 ? new(text[..at], text[(at + 1)..]) : default;
        return id.Model is not null;
    }
}
