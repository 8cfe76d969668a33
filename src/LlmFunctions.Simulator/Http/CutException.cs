namespace LlmFunctions.Simulator;

/// <summary>Makes Kestrel close the connection in the middle of a body, after all that was written has been sent.</summary>
internal sealed class CutException() : Exception("The simulated endpoint cut the connection.");
