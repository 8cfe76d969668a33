using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>What an endpoint refuses over HTTP/2 before it looked at it was not sent: it is sent again, and is no failure. The router runs in a process
/// of its own, which OpenSSL's <c>SSL_CERT_FILE</c> makes trust the endpoint's certificate.</summary>
public sealed class Http2Tests(AzuriteFixture azurite, ITestOutputHelper output) : IDisposable
{
    // More than would open a circuit.
    private const int Requests = 4;

    // The runtime sends what was refused again at most three times, before it is an attempt that was lost.
    private const int SendsPerAttempt = 4;

    private readonly X509Certificate2 _certificate = CreateCertificate();
    private readonly string _pem = Path.GetTempFileName();

    [Fact]
    public async Task Chat_StreamRefused_IsSentAgainUnseenAndIsNoFailure()
    {
        await using var endpoint = NewEndpoint(request => request % 2 == 1 ? Http2Answer.RefusesTheStream : Http2Answer.Sound);
        await using var sibling = await SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        await using var router = await StartAsync(endpoint, sibling);
        for (var i = 0; i < Requests; i++)
            await ExpectAsync(router, "e0:200", "over HTTP/2");
        Assert.Equal((2 * Requests, 0), (endpoint.Requests, sibling.Counters.Total.Requests));
    }

    [Fact]
    public async Task Chat_EndpointGoesAway_IsSentAgainOnANewConnectionAndIsNoFailure()
    {
        await using var endpoint = NewEndpoint(request => request % 2 == 1 ? Http2Answer.GoesAway : Http2Answer.Sound);
        await using var sibling = await SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        await using var router = await StartAsync(endpoint, sibling);
        for (var i = 0; i < Requests; i++)
            await ExpectAsync(router, "e0:200", "over HTTP/2");
        Assert.Equal((2 * Requests, 0), (endpoint.Requests, sibling.Counters.Total.Requests));
        Assert.Equal(Requests + 1, endpoint.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_EveryStreamIsRefused_FailsOver(bool goesAway)
    {
        await using var endpoint = NewEndpoint(_ => goesAway ? Http2Answer.GoesAway : Http2Answer.RefusesTheStream);
        await using var sibling = await SimulatedEndpoint.StartAsync(new(), CancellationToken.None);
        await using var router = await StartAsync(endpoint, sibling);
        var reply = await router.Http.ChatAsync("refused");
        output.WriteLine($"{reply.Trail}; {endpoint.Requests} streams, {endpoint.Connections} connections");
        Assert.Equal((200, "e0:reset, e0:reset, e1:200"), (reply.Status, reply.Path));
        Assert.Equal(2 * SendsPerAttempt, endpoint.Requests);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        File.Delete(_pem);
    }

    private static async Task ExpectAsync(RouterProcess router, string path, string text)
    {
        var reply = await router.Http.ChatAsync("over HTTP/2");
        Assert.Equal((200, path, text), (reply.Status, reply.Path, reply.Text));
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=endpoint", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
    }

    private Http2Endpoint NewEndpoint(Func<int, Http2Answer> script) =>
        new(_certificate, """{"choices":[{"index":0,"message":{"role":"assistant","content":"over HTTP/2"},"finish_reason":"stop"}]}"""u8.ToArray(), script);

    private async Task<RouterProcess> StartAsync(Http2Endpoint endpoint, SimulatedEndpoint sibling)
    {
        await File.WriteAllTextAsync(_pem, _certificate.ExportCertificatePem());
        var catalog = JsonNode.Parse($$"""
            { "endpoints": {
                "e0": { "kind": "openai", "address": "{{endpoint.Address}}", "credential": "none", "probe": { "kind": "none" } },
                "e1": { "kind": "openai", "address": "{{sibling.Address}}v1", "credential": "none", "allowInsecure": true, "probe": { "kind": "none" } } },
              "models": { "m": { "deployments": { "e0": { "tier": 0 }, "e1": { "tier": 1 } } } } }
            """)!;
        return await RouterProcess.StartAsync(
            azurite.ConnectionString, azurite.NewPrefix(), catalog.ToJsonString(), new Dictionary<string, string?> { ["SSL_CERT_FILE"] = _pem });
    }
}
