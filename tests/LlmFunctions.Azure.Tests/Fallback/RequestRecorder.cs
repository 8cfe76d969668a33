using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LlmFunctions.Azure.Tests.Fallback;

/// <summary>Writes down what goes to storage, such as <c>PUT /llm-bodies/req_1</c>, and lets fail what it is told to.</summary>
internal sealed partial class RequestRecorder : HttpPipelinePolicy
{
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>What begins to fail as if the network were gone.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    /// <summary>What happens just before a request is sent.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Seconds that messages were sent to live, in their order.</summary>
    public ConcurrentQueue<double> TimeToLive { get; } = new();

    /// <summary>What the receiver hides messages for becomes a second, so that they come again while a test waits.</summary>
    public bool HidesForASecond { get; set; }

    public IReadOnlyList<string> Requests => [.. _requests];

    public void Clear() => _requests.Clear();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var path = WebUtility.UrlDecode(message.Request.Uri.Path).Replace("devstoreaccount1/", "", StringComparison.Ordinal).TrimStart('/');
        var request = $"{message.Request.Method} /{path}";
        _requests.Enqueue(request);
        if (LifePattern().Match(message.Request.Uri.Query) is { Success: true } life)
            TimeToLive.Enqueue(double.Parse(life.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        if (HidesForASecond)
            message.Request.Uri.Query = message.Request.Uri.Query.Replace("visibilitytimeout=60", "visibilitytimeout=1", StringComparison.Ordinal);
        await Before(request);
        if (Fails(request))
            throw new HttpRequestException("The wire was cut.");
        await ProcessNextAsync(message, pipeline);
    }

    [GeneratedRegex(@"messagettl=(\d+)")]
    private static partial Regex LifePattern();
}
