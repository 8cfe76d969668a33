using System.Net;
using System.Net.Sockets;
using Azure;
using Azure.Identity;
using LlmFunctions.Azure.Catalog;
using LlmFunctions.Core;

namespace LlmFunctions.Azure.Tests.Catalog;

public sealed class StorageCallTests
{
    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServerBusy")]
    [InlineData(408, "RequestTimeout")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(401, "InvalidAuthenticationInfo")]
    [InlineData(403, "AuthorizationPermissionMismatch")]
    [InlineData(409, "TableBeingDeleted")]
    public async Task RunAsync_StatusThatSaysNothingAboutTheRequest_IsUnavailable(int status, string code)
    {
        var failure = await FailAsync<StorageUnavailableException>(new RequestFailedException(status, "details\nHeaders: secret", code, null));

        Assert.Equal($"Storage could not read a row: {status} {code}.", failure.Message);
        Assert.IsType<RequestFailedException>(failure.InnerException);
    }

    [Theory]
    [InlineData(400, "InvalidInput")]
    [InlineData(404, "TableNotFound")]
    [InlineData(409, "EntityAlreadyExists")]
    [InlineData(412, "UpdateConditionNotSatisfied")]
    public async Task RunAsync_AnswerToTheRequest_StaysWhatItIs(int status, string code) =>
        Assert.Equal(status, (await FailAsync<RequestFailedException>(new RequestFailedException(status, "details", code, null))).Status);

    [Fact]
    public async Task RunAsync_NoConnection_IsUnavailableInOneLine() =>
        Assert.Equal(
            "Storage could not read a row: Connection refused (127.0.0.1:1).",
            (await FailAsync<StorageUnavailableException>(new RequestFailedException("Connection refused (127.0.0.1:1)\r\nmore"))).Message);

    [Fact]
    public async Task RunAsync_NoToken_IsUnavailable() =>
        await FailAsync<StorageUnavailableException>(new CredentialUnavailableException("no identity"));

    [Fact]
    public async Task RunAsync_NetworkTimeout_IsUnavailable() =>
        Assert.Equal("Storage could not read a row: no answer in time.", (await FailAsync<StorageUnavailableException>(new TaskCanceledException())).Message);

    [Fact]
    public async Task RunAsync_Bug_StaysWhatItIs() => await FailAsync<InvalidOperationException>(new InvalidOperationException());

    [Fact]
    public async Task RunAsync_CallerCancels_IsCancellation()
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() =>
            StorageCall.RunAsync("read a row", () => Task.FromException(new TaskCanceledException()), caller.Token));
    }

    [Fact]
    public async Task Store_ClosedPort_IsUnavailableAndNamesTheOperation()
    {
        var store = StoreAt(ClosedPort());

        var failures = new[]
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadHeadAsync(CancellationToken.None)),
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadDocumentAsync(1, CancellationToken.None)),
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ListVersionsAsync(CancellationToken.None)),
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.AddVersionAsync("{}", "ops", CancellationToken.None)),
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.TryMoveHeadAsync(1, null, CancellationToken.None)),
        };

        Assert.Equal(
            [
                "Storage could not read which catalog is in force", "Storage could not read a version of the catalog",
                "Storage could not list the versions of the catalog", "Storage could not store a version of the catalog",
                "Storage could not put a version of the catalog in force",
            ],
            failures.Select(f => f.Message.Split(':')[0]));
        Assert.All(failures, f => Assert.Contains("Connection refused", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Store_AnswerDoesNotComeAndTheCallerLeaves_IsCancellation()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreAt(((IPEndPoint)silent.LocalEndpoint).Port).ReadHeadAsync(caller.Token));
    }

    private static async Task<T> FailAsync<T>(Exception exception)
        where T : Exception =>
        await Assert.ThrowsAsync<T>(() => StorageCall.RunAsync("read a row", () => Task.FromException(exception), CancellationToken.None));

    private static BlobCatalogStore StoreAt(int port)
    {
        var address = $"http://127.0.0.1:{port}/devstoreaccount1";
        var connection = $"AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint={address};QueueEndpoint={address};TableEndpoint={address}";
        return new(StorageClientsFactory.Create(new() { ConnectionString = new(connection) }, new FakeCredential()), TimeProvider.System);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
