using System.Collections.Concurrent;
using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LlmFunctions.Azure.Tests.Fallback;

/// <summary>Writes down what goes to storage, such as <c>PUT /llm-bodies/req_1</c>, and lets fail what it is told to.</summary>
internal sealed class RequestRecorder : HttpPipelinePolicy
{
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>What begins to fail as if the network were gone.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    public IReadOnlyList<string> Requests => [.. _requests];

    public void Clear() => _requests.Clear();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var path = WebUtility.UrlDecode(message.Request.Uri.Path).Replace("devstoreaccount1/", "", StringComparison.Ordinal).TrimStart('/');
        var request = $"{message.Request.Method} /{path}";
        _requests.Enqueue(request);
        return Fails(request) ? throw new HttpRequestException("The wire was cut.") : ProcessNextAsync(message, pipeline);
    }
}
