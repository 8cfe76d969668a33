namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>Tests beside which no other runs.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;
