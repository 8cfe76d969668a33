using System.Text;
using System.Text.Json.Nodes;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Forwarding.Splicing;

namespace LlmFunctions.Core.Tests.Forwarding.Splicing;

/// <summary>What a caller gets when one deployment's events break off and another's are spliced to them.</summary>
internal sealed class SpliceBench
{
    private readonly StreamDialect _dialect;
    private readonly List<string> _sent = [];
    private StreamSplicer? _splicer;

    public SpliceBench(ApiOperation operation)
    {
        _dialect = StreamDialect.For(new ModelRequest
        {
            Method = HttpMethod.Post,
            Path = new ApiPath(operation == ApiOperation.Messages ? ApiSurface.Anthropic : ApiSurface.OpenAi, operation, null),
            Model = "m",
            Body = RequestBody.Empty,
        });
    }

    public StreamTranscript Transcript => _dialect.Transcript!;

    /// <summary>The other deployment said something else.</summary>
    public bool Differs { get; private set; }

    /// <summary>The data of the events that the caller got.</summary>
    public IReadOnlyList<string> Sent => _sent;

    /// <summary>The first deployment's events, as they came.</summary>
    public SpliceBench First(params IEnumerable<string> events)
    {
        foreach (var data in events)
        {
            Assert.NotEqual(EventMeaning.Malformed, _dialect.Read(Raw(data)));
            _sent.Add(data);
        }

        return this;
    }

    /// <summary>The events of the deployment that goes on, up to the first difference.</summary>
    public SpliceBench Next(params IEnumerable<string> events)
    {
        _splicer = Transcript.Continue();
        foreach (var data in events)
        {
            var step = _splicer.Splice(Raw(data));
            Differs = step.Differs;
            if (Differs)
                break;
            if (!step.Bytes.IsEmpty)
                _sent.Add(Encoding.UTF8.GetString(SseEvent.DataOf(step.Bytes).Span));
        }

        return this;
    }

    /// <summary>What went out behind the break.</summary>
    public string[] Behind(int first) => [.. _sent.Skip(first)];

    public string Error() => Encoding.UTF8.GetString(_splicer!.ErrorEvent("stream_cut", "x"));

    public static void Same(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut was  {actual}");

    private static byte[] Raw(string data) => Encoding.UTF8.GetBytes($"data: {data}\n\n");
}
