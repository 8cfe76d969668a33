using LlmFunctions.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Requests;

public sealed class BodyReaderTests
{
    private const int Limit = 100_000;
    private readonly BodyBudget _budget = new(new() { MaxBufferedBodies = 150_000 });

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(50_000, true)]
    [InlineData(50_000, false)]
    public async Task Read_WithinTheLimits_IsWholeAndCountedUntilDisposed(int length, bool isAnnounced)
    {
        using (var lease = new BodyLease(_budget))
        {
            var (bytes, error) = await ReadAsync(length, isAnnounced ? length : null, lease);
            Assert.Null(error);
            Assert.Equal(Bytes(length), bytes);
            Assert.True(_budget.Held >= length);
        }

        Assert.Equal(0, _budget.Held);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_LongerThanTheLimit_Is413(bool isAnnounced)
    {
        using var lease = new BodyLease(_budget);
        var (bytes, error) = await ReadAsync(Limit + 1, isAnnounced ? Limit + 1 : null, lease);
        Assert.Null(bytes);
        Assert.Equal(413, error!.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_AllBodiesTogetherTooLong_Is503AndTakesNothing(bool isAnnounced)
    {
        using var first = new BodyLease(_budget);
        Assert.NotNull((await ReadAsync(90_000, 90_000, first)).Bytes);
        using (var second = new BodyLease(_budget))
        {
            var (bytes, error) = await ReadAsync(90_000, isAnnounced ? 90_000 : null, second);
            Assert.Null(bytes);
            Assert.Equal((503, true), (error!.Status, error.ShouldRetry));
        }

        Assert.Equal(90_000, _budget.Held);
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    private static ValueTask<(byte[]? Bytes, Core.Routing.RouterError? Error)> ReadAsync(int length, long? announced, BodyLease lease)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Bytes(length));
        context.Request.ContentLength = announced;
        return new BodyReader(new() { MaxRequestBody = Limit }).ReadAsync(context.Request, lease, CancellationToken.None);
    }
}
