namespace LlmFunctions.Azure;

/// <summary>A connection string, kept out of everything that prints it.</summary>
public sealed class StorageConnectionString(string value)
{
    public string Value { get; } = value;

    public override string ToString() => "***";
}
