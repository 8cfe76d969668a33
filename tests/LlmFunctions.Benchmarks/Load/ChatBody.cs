namespace LlmFunctions.Benchmarks.Load;

/// <summary>A small chat request.</summary>
internal static class ChatBody
{
    public const string Whole = """{"model":"gpt-4o","messages":[{"role":"developer","content":"You are a helpful assistant."},{"role":"user","content":"Hello!"}],"temperature":0.7}""";

    public const string Streamed = """{"model":"gpt-4o","stream":true,"messages":[{"role":"developer","content":"You are a helpful assistant."},{"role":"user","content":"Hello!"}],"temperature":0.7}""";
}
