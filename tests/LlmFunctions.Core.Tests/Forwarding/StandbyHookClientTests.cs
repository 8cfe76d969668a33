using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class StandbyHookClientTests : ISecretSource, IEntraTokens, IDisposable
{
    private readonly EndpointConnections _connections = new(new());
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("standby-");
    private readonly StandbyHookClient _client;

    public StandbyHookClientTests() => _client = new(_connections, this, this);

    public void Dispose()
    {
        _connections.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Call_AzureManagementCall_SendsTheTokenAndALengthOfNothing()
    {
        await using var server = new HookServer();
        var hook = Hook(server.Address("/vm/start?api-version=2024-07-01"), new(CredentialKind.Entra, "https://management.azure.com/.default"));

        Assert.Null(await CallAsync(hook));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /vm/start?api-version=2024-07-01 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer token of https://management.azure.com/.default\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Type", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ScalePatch_SendsBodyAndTypeAsWritten()
    {
        await using var server = new HookServer("200 OK");
        var hook = Hook(server.Address("/scale"), new(CredentialKind.Setting, "TOKEN")) with
        {
            Method = HookMethod.Patch,
            Body = """{"spec":{"replicas":1}}""",
            ContentType = "application/merge-patch+json",
        };

        Assert.Null(await CallAsync(hook));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("PATCH /scale HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer secret of TOKEN\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/merge-patch+json\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{\"spec\":{\"replicas\":1}}", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_TokenInAFile_IsReadEveryTime()
    {
        await using var server = new HookServer();
        var file = Write("token", "first\n");
        var hook = Hook(server.Address("/"), new(CredentialKind.File, file));
        await CallAsync(hook);
        Write("token", "second\n");
        await CallAsync(hook);

        Assert.Contains("\r\nAuthorization: Bearer first\r\n", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer second\r\n", server.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NoCredential_SendsNone()
    {
        await using var server = new HookServer();

        Assert.Null(await CallAsync(Hook(server.Address("/"))));
        Assert.DoesNotContain("Authorization", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("403 Forbidden", "403")]
    [InlineData("409 Conflict", "409")]
    [InlineData("500 Internal Server Error", "500")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", "302, and redirects are not followed")]
    public async Task Call_AnyOtherStatus_IsAFailureWithItsNumber(string answer, string expected)
    {
        await using var server = new HookServer(answer);

        Assert.Equal(expected, await CallAsync(Hook(server.Address("/"))));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Call_NobodyListens_IsAFailureWithoutTheQuery()
    {
        Uri address;
        await using (var server = new HookServer())
            address = server.Address("/start?code=secret");

        var failure = await CallAsync(Hook(address));
        Assert.Contains("Connection refused", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NoAnswer_EndsWithItsToken()
    {
        await using var server = new HookServer(answer: null);
        using var limit = new CancellationTokenSource();
        var call = _client.CallAsync(Hook(server.Address("/")), limit.Token);
        await Health.Eventually.TrueAsync(() => server.Requests.Count == 1);
        await limit.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(CredentialKind.Setting, "MISSING", "the setting 'MISSING', which the hook's credential names, is not set")]
    [InlineData(CredentialKind.Entra, "none", "no identity")]
    [InlineData(CredentialKind.File, "/var/run/secrets/nowhere/token", "Could not find")]
    public async Task Call_NoToken_IsAFailureAndNothingIsSent(CredentialKind kind, string value, string expected)
    {
        await using var server = new HookServer();

        Assert.Contains(expected, await CallAsync(Hook(server.Address("/"), new(kind, value))), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Call_CaFile_TrustsThatAuthorityAlone()
    {
        using var cluster = new TestAuthority();
        using var other = new TestAuthority();
        await using var server = new HookServer(certificate: cluster.Server);
        var hook = Hook(server.Address("/scale"));

        Assert.Contains("SSL", await CallAsync(hook), StringComparison.Ordinal);
        Assert.Contains("SSL", await CallAsync(hook with { CaFile = Write("other.crt", other.Pem) }), StringComparison.Ordinal);
        Assert.Null(await CallAsync(hook with { CaFile = Write("ca.crt", cluster.Pem) }));
        Assert.StartsWith("POST /scale ", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CaFileAndAnotherName_IsAFailure()
    {
        using var cluster = new TestAuthority();
        await using var server = new HookServer(certificate: cluster.Server);

        var failure = await CallAsync(Hook(server.Address("/", "localhost")) with { CaFile = Write("ca.crt", cluster.Pem) });
        Assert.Contains(nameof(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch), failure, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no certificate")]
    public async Task Call_CaFileMissingOrEmpty_IsAFailure(string? content)
    {
        using var cluster = new TestAuthority();
        await using var server = new HookServer(certificate: cluster.Server);
        var file = content is null ? Path.Combine(_folder.FullName, "nowhere.crt") : Write("ca.crt", content);

        Assert.NotNull(await CallAsync(Hook(server.Address("/")) with { CaFile = file }));
        Assert.Empty(server.Requests);
    }

    string? ISecretSource.Find(string name) => name == "MISSING" ? null : $"secret of {name}";

    ValueTask<string> IEntraTokens.GetTokenAsync(string scope, CancellationToken cancellationToken) =>
        scope == "none" ? throw new EntraTokenException("no identity", new IOException()) : new($"token of {scope}");

    private static HookConfig Hook(Uri address, CredentialReference? credential = null) =>
        new() { Address = address, Credential = credential ?? new(CredentialKind.None) };

    private Task<string?> CallAsync(HookConfig hook) => _client.CallAsync(hook, CancellationToken.None);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
