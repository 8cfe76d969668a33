using System.Text;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class RequestFingerprintTests
{
    private const string Sound = "RIFF\r\n--bytes--\r\n";

    [Fact]
    public async Task Of_MultipartWithAnotherBoundary_IsTheSame() =>
        Assert.Equal(RequestFingerprint.Of(await MultipartAsync("first", Sound)), RequestFingerprint.Of(await MultipartAsync("another-boundary", Sound)));

    [Theory]
    [InlineData("RIFF")]
    [InlineData("")]
    [InlineData("RIFF\r\n--bytes--\r\n ")]
    public async Task Of_MultipartWithAnotherPart_IsAnother(string sound) =>
        Assert.NotEqual(RequestFingerprint.Of(await MultipartAsync("first", Sound)), RequestFingerprint.Of(await MultipartAsync("first", sound)));

    [Fact]
    public async Task Of_MultipartWithAByteMovedOverABoundary_IsAnother()
    {
        var one = Encoding.UTF8.GetBytes("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\n\r\nxy\r\n--b\r\n\r\nz\r\n--b--");
        var other = Encoding.UTF8.GetBytes("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\n\r\nx\r\n--b\r\n\r\nyz\r\n--b--");
        Assert.Equal(one.Length, other.Length);
        Assert.NotEqual(RequestFingerprint.Of(await MultipartAsync("b", one)), RequestFingerprint.Of(await MultipartAsync("b", other)));
    }

    [Fact]
    public void Of_SamePathAndBody_IsTheSame() => Assert.Equal(RequestFingerprint.Of(Request("/v1/a", "{}")), RequestFingerprint.Of(Request("/v1/a", "{}")));

    [Theory]
    [InlineData("/v1/b", "", "{}")]
    [InlineData("/v1/a", "?x=1", "{}")]
    [InlineData("/v1/a", "", "{} ")]
    public void Of_AnotherPathQueryOrBody_IsAnother(string path, string query, string body) =>
        Assert.NotEqual(RequestFingerprint.Of(Request("/v1/a", "{}")), RequestFingerprint.Of(Request(path, body, query)));

    private static Task<RouterRequest> MultipartAsync(string boundary, string sound) => MultipartAsync(boundary, Encoding.UTF8.GetBytes(
        $"--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--{boundary}\r\n"
        + $"Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n{sound}\r\n--{boundary}--\r\n"));

    private static async Task<RouterRequest> MultipartAsync(string boundary, byte[] bytes) => Request(
        "/v1/audio/transcriptions", await MultipartBodyReader.ReadAsync(bytes, $"multipart/form-data; boundary={boundary}", CancellationToken.None));

    private static RouterRequest Request(string path, string body, string query = "") =>
        Request(path, new RequestBody { Bytes = Encoding.UTF8.GetBytes(body), ContentType = "application/json" }, query);

    private static RouterRequest Request(string path, RequestBody body, string query = "") => new()
    {
        Id = "req_1",
        Owner = "a",
        Path = path,
        Header = _ => null,
        Call = new() { Method = HttpMethod.Post, Path = ApiPath.TryParse("/v1/chat/completions")!, Query = query, Model = "m", Body = body },
    };
}
