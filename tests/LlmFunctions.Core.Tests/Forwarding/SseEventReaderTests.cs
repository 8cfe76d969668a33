using System.Text;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class SseEventReaderTests
{
    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", new[] { "data: a\n\n", "data: b\n\n" })]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n", new[] { "data: a\r\n\r\n", "data: b\r\n\r\n" })]
    [InlineData("data: a\r\rdata: b\r\r", new[] { "data: a\r\r", "data: b\r\r\n\n" })]
    [InlineData(": comment\n\ndata: a\n\n", new[] { ": comment\n\n", "data: a\n\n" })]
    [InlineData("event: x\ndata: a\ndata: b\n\n", new[] { "event: x\ndata: a\ndata: b\n\n" })]
    [InlineData("data: a\n\ndata: [DONE]\n", new[] { "data: a\n\n", "data: [DONE]\n\n\n" })]
    [InlineData("", new string[0])]
    public async Task Read_AnyLineEndsAndAnyChunking_GivesTheSameEvents(string stream, string[] expected)
    {
        for (var chunk = 1; chunk <= stream.Length + 1; chunk++)
            Assert.Equal(expected, await ReadAllAsync(stream, chunk));
    }

    [Fact]
    public async Task Read_EventLongerThanTheBuffer_IsWhole()
    {
        var data = $"data: {new string('x', 300_000)}\n\n";
        Assert.Equal([data, "data: b\n\n"], await ReadAllAsync(data + "data: b\n\n", 7000));
    }

    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\r\n\r\n", "a")]
    [InlineData("event: x\nid: 1\ndata: {\"a\": 1}\n\n", "{\"a\": 1}")]
    [InlineData("data: a\ndata: b\n\n", "a\nb")]
    [InlineData(": ping\n\n", "")]
    [InlineData("event: ping\n\n", "")]
    public void DataOf_OneEvent_IsItsData(string raw, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(SseEvent.DataOf(Encoding.UTF8.GetBytes(raw)).Span));

    private static async Task<List<string>> ReadAllAsync(string text, int chunk)
    {
        using var reader = new SseEventReader(new DribblingStream(Encoding.UTF8.GetBytes(text), chunk));
        var events = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { IsEmpty: false } raw)
            events.Add(Encoding.UTF8.GetString(raw.Span));
        return events;
    }

    /// <summary>Gives at most so many bytes a read, as a network may.</summary>
    private sealed class DribblingStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
