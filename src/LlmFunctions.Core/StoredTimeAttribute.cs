namespace LlmFunctions.Core;

/// <summary>Marks a time that is only ever counted back from now, such as how long something is kept: it may be longer than a timer can run.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StoredTimeAttribute : Attribute;
