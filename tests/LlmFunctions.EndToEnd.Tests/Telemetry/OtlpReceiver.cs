using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.EndToEnd.Tests.Telemetry;

/// <summary>Takes spans and metrics by OTLP over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _traces = [];
    private readonly ConcurrentQueue<byte[]> _metrics = [];
    private readonly CancellationTokenSource _end = new();
    private readonly WebApplication _app;
    private int _hung;

    private OtlpReceiver(bool hangs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/traces", context => hangs ? HangAsync() : TakeAsync(context, _traces));
        _app.MapPost("/v1/metrics", context => hangs ? HangAsync() : TakeAsync(context, _metrics));
    }

    public string Address => _app.Urls.First();

    /// <summary>How many exports wait for an answer.</summary>
    public int Hung => Volatile.Read(ref _hung);

    public IReadOnlyList<OtlpSpan> Spans => [.. _traces.SelectMany(OtlpSpan.ReadAll)];

    public IReadOnlyList<OtlpPoint> Points => [.. _metrics.SelectMany(OtlpPoint.ReadAll)];

    /// <summary>All that came, as far as it is text.</summary>
    public string Everything => string.Concat(_traces.Concat(_metrics).Select(Encoding.UTF8.GetString));

    /// <param name="hangs">Takes everything in and never answers.</param>
    public static async Task<OtlpReceiver> StartAsync(bool hangs = false)
    {
        var receiver = new OtlpReceiver(hangs);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _app.DisposeAsync();
        _end.Dispose();
    }

    private static async Task TakeAsync(HttpContext context, ConcurrentQueue<byte[]> into)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        into.Enqueue(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task HangAsync()
    {
        Interlocked.Increment(ref _hung);
        await Task.Delay(Timeout.InfiniteTimeSpan, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
