namespace LlmFunctions.EndToEnd.Tests.Surfaces;

/// <summary>What an application reads off an SDK's answer.</summary>
internal sealed record SdkAnswer(string Text, string Tool, string Arguments, string End, long InputTokens, long OutputTokens);
