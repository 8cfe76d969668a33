using System.Text;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>What came back, as a caller would see it.</summary>
internal static class IdempotentResults
{
    /// <summary>Such as <c>200 text</c>, <c>202 req_1</c> or <c>422 idempotency_key_reused</c>. Reads an answer and disposes it.</summary>
    public static async Task<string> SeeAsync(this Task<RouterResult> sending)
    {
        switch (await sending)
        {
            case RouterResult.Answered { Answer: var answer }:
                await using (answer)
                {
                    var body = new List<byte>(answer.Body.ToArray());
                    if (answer.Chunks is { } chunks)
                    {
                        await foreach (var chunk in chunks)
                            body.AddRange(chunk.ToArray());
                    }

                    return $"{answer.StatusCode} {Encoding.UTF8.GetString([.. body])}";
                }

            case RouterResult.Accepted accepted:
                return $"202 {accepted.Request.Id}";
            case RouterResult.Refused refused:
                return $"{refused.Error.Status} {refused.Error.Code}";
            case var other:
                return other.GetType().Name;
        }
    }
}
