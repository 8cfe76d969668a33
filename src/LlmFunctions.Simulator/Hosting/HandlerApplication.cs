using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace LlmFunctions.Simulator;

/// <summary>What Kestrel runs for each request: one function.</summary>
internal sealed class HandlerApplication(Func<HttpContext, Task> handler) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => handler(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // A cut is meant, and a caller who breaks off is none of our business; the rest is a bug that a bare 500 would hide.
        if (exception is not (null or CutException or IOException or OperationCanceledException))
            Console.Error.WriteLine(exception);
    }
}
