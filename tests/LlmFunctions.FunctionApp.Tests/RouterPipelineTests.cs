using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.FunctionApp.Tests;

public sealed class RouterPipelineTests : IDisposable
{
    private readonly IHost _host = FunctionAppServices.Build();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("HEAD", "/health/live", 200)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/nothing/here", 404)]
    [InlineData("POST", "/v1/chat/completions", 401)]
    [InlineData("GET", "/manage/deployments", 401)]
    public async Task InvokeAsync_HostHasMatchedItsFunction_IsRoutedAnew(string method, string path, int status)
    {
        var context = Request(method, path);
        // As the worker hands it over: with the endpoint and the route values of the function.
        context.SetEndpoint(new Endpoint(_ => throw new InvalidOperationException("The function's own endpoint ran."), EndpointMetadataCollection.Empty, "Route"));
        context.Request.RouteValues["path"] = path;

        await Pipeline.InvokeAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.NotEqual<object?>(path, context.Request.RouteValues["path"]);
    }

    [Fact]
    public async Task InvokeAsync_FailsBeforeTheAnswerBegan_Is500AndTheFunctionFails()
    {
        var context = Request("GET", "/health/live");
        context.Response.Body = new BrokenStream();

        await Assert.ThrowsAsync<IOException>(() => Pipeline.InvokeAsync(context));

        Assert.Equal(500, context.Response.StatusCode);
    }

    [Fact]
    public async Task InvokeAsync_FailsInTheAnswer_CutsTheConnection()
    {
        var lifetime = new Lifetime();
        var context = Request("GET", "/health/live");
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Features.Set<IHttpResponseFeature>(new StartedResponse());
        context.Response.Body = new BrokenStream();

        await Assert.ThrowsAnyAsync<Exception>(() => Pipeline.InvokeAsync(context));

        Assert.True(lifetime.IsAborted);
    }

    [Fact]
    public async Task InvokeAsync_CallerLeft_IsNoFailure()
    {
        var context = Request("GET", "/health/live");
        context.RequestAborted = new CancellationToken(canceled: true);

        await Pipeline.InvokeAsync(context);

        Assert.Equal(200, context.Response.StatusCode);
    }

    private RouterPipeline Pipeline => _host.Services.GetRequiredService<RouterPipeline>();

    private DefaultHttpContext Request(string method, string path)
    {
        var context = new DefaultHttpContext { RequestServices = _host.Services };
        context.Request.Method = method;
        context.Request.Path = path;
        context.Response.Body = new MemoryStream();
        return context;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("broken");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("broken");
    }

    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
