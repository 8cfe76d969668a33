namespace LlmFunctions.Simulator;

/// <summary>How the simulated model speaks.</summary>
/// <param name="AnswerTokens">How many tokens an answer has unless the request allows fewer.</param>
/// <param name="TokensPerEvent">How many of them come in one event.</param>
/// <param name="SaysElseAfter">After how many it says other words than every other endpoint.</param>
internal readonly record struct Speech(int AnswerTokens, int TokensPerEvent, int SaysElseAfter);
