using System.Text;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class MultipartBodyReaderTests
{
    [Fact]
    public async Task Read_FormWithModel_FindsItAndItsPlace()
    {
        var body = await ReadAsync(("file", "binary"), ("model", "whisper"), ("stream", "true"));
        Assert.Equal("whisper", body.Model);
        Assert.True(body.IsStreaming);
        Assert.Equal("whisper", Encoding.UTF8.GetString(body.Bytes.Span[body.ModelAt]));
    }

    [Fact]
    public async Task EndpointContent_FormWithModel_ReplacesOnlyTheName()
    {
        var body = await ReadAsync(("file", "binary"), ("model", "whisper"));
        using var content = new EndpointContent(body, "whisper-1");
        var sent = await content.ReadAsByteArrayAsync();
        var again = await MultipartBodyReader.ReadAsync(sent, body.ContentType!, CancellationToken.None);
        Assert.Equal("whisper-1", again.Model);
        Assert.Equal(body.Bytes.Length + 2, sent.Length);
        Assert.Contains("binary", Encoding.UTF8.GetString(sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointContent_FormWithoutModel_GetsAField()
    {
        var body = await ReadAsync(("file", "binary"));
        Assert.Null(body.Model);
        using var content = new EndpointContent(body, "whisper-1");
        var again = await MultipartBodyReader.ReadAsync(await content.ReadAsByteArrayAsync(), body.ContentType!, CancellationToken.None);
        Assert.Equal("whisper-1", again.Model);
    }

    [Fact]
    public async Task Read_ModelThatIsNoUtf8_HasThePlaceOfItsBytes()
    {
        var form = Encoding.Latin1.GetBytes("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\u00ff\u00fe\r\n--b--\r\n");
        var body = await MultipartBodyReader.ReadAsync(form, "multipart/form-data; boundary=b", CancellationToken.None);
        Assert.Equal((byte[])[0xff, 0xfe], body.Bytes.Span[body.ModelAt].ToArray());
    }

    [Fact]
    public async Task Read_BoundaryLongerThanAnyBuffer_IsRefused() =>
        await Assert.ThrowsAsync<RequestBodyException>(() => MultipartBodyReader.ReadAsync(
            "--x"u8.ToArray(), $"multipart/form-data; boundary={new string('b', 5_000)}", CancellationToken.None));

    [Fact]
    public async Task Read_ModelTwice_IsRefused() =>
        Assert.Contains("twice", (await Assert.ThrowsAsync<RequestBodyException>(() => ReadAsync(("model", "a"), ("model", "b")))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Read_NoBoundary_IsRefused() =>
        Assert.Contains("boundary", (await Assert.ThrowsAsync<RequestBodyException>(
            () => MultipartBodyReader.ReadAsync([], "multipart/form-data", CancellationToken.None))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Read_TruncatedForm_IsRefused() =>
        Assert.Contains("not a valid multipart form", (await Assert.ThrowsAsync<RequestBodyException>(
            () => MultipartBodyReader.ReadAsync("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nval"u8.ToArray(), "multipart/form-data; boundary=b", CancellationToken.None))).Message, StringComparison.Ordinal);

    private static async Task<RequestBody> ReadAsync(params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return await MultipartBodyReader.ReadAsync(await form.ReadAsByteArrayAsync(), form.Headers.ContentType!.ToString(), CancellationToken.None);
    }
}
