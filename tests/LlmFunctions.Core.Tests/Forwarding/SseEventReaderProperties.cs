using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>However a network cuts the bytes of a stream, its events are the same.</summary>
public sealed class SseEventReaderProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1000);

    // What makes a difference to the reader, and characters of several bytes.
    private static readonly string[] Pieces = ["\n", "\r", "\r\n", "\n\n", "\r\r", "data: ", "event: x", ": ping", "a", "é", "😀", "{\"a\":1}", ""];

    [Fact]
    public void Read_AnyChunking_GivesTheSameEvents() => Prop.ForAll(
        Streams().ToArbitrary(),
        stream => Same(Read(stream.Bytes, stream.Cuts), Read(stream.Bytes, [stream.Bytes.Length]))).Check(Thorough);

    [Fact]
    public void Read_AnyChunking_LosesAndAddsNoByte() => Prop.ForAll(
        Streams().ToArbitrary(),
        stream =>
        {
            var events = Read(stream.Bytes, stream.Cuts);
            var all = events.SelectMany(one => one).ToArray();
            // Only a last event that lacks its blank line gets one.
            return all.AsSpan().SequenceEqual(stream.Bytes) || all.AsSpan().SequenceEqual([.. stream.Bytes, .. "\n\n"u8]);
        }).Check(Thorough);

    [Fact]
    public void Read_EventsOfAnyLength_AreThoseThatWereSent() => Prop.ForAll(
        Gen.Choose(0, 70_000).Select(length => new string('x', length)).ListOf().Resize(8).SelectMany(texts => Cuts().Select(cuts => (Texts: texts, Cuts: cuts))).ToArbitrary(),
        sent =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(sent.Texts.Select(text => $"data: {text}\n\n")));
            return Read(bytes, sent.Cuts).Select(raw => Encoding.UTF8.GetString(SseEvent.DataOf(raw).Span)).SequenceEqual(sent.Texts);
        }).Check(Config.QuickThrowOnFailure);

    private static Gen<(byte[] Bytes, int[] Cuts)> Streams() =>
        from pieces in Gen.Elements(Pieces).ListOf()
        from cuts in Cuts()
        select (Encoding.UTF8.GetBytes(string.Concat(pieces)), cuts);

    private static Gen<int[]> Cuts() => Gen.Choose(1, 9).NonEmptyListOf().Select(cuts => cuts.ToArray());

    private static bool Same(List<byte[]> some, List<byte[]> others) =>
        some.Count == others.Count && some.Zip(others).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    private static List<byte[]> Read(byte[] bytes, int[] cuts)
    {
        using var reader = new SseEventReader(new CutStream(bytes, cuts));
        var events = new List<byte[]>();
        while (true)
        {
            // FsCheck is not asynchronous, and memory never waits.
#pragma warning disable xUnit1031
            var raw = reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
#pragma warning restore xUnit1031
            if (raw.IsEmpty)
                return events;
            events.Add(raw.ToArray());
        }
    }

    /// <summary>Gives so many bytes a read, in turn.</summary>
    private sealed class CutStream(byte[] bytes, int[] cuts) : MemoryStream(bytes)
    {
        private int _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var most = Math.Max(1, cuts[_read++ % cuts.Length]);
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
        }
    }
}
