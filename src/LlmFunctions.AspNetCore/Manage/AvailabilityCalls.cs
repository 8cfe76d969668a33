using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Health.Availability;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary><c>/manage/availability</c>: how available every deployment and model was.</summary>
internal sealed class AvailabilityCalls(AvailabilityReporter reporter, AvailabilityOptions options, TimeProvider time)
{
    public Task ShowAsync(HttpContext context) => StorageGuard.RunAsync(context, async () =>
    {
        var now = time.GetUtcNow();
        var (query, error) = AvailabilityQuery.Read(context.Request, now, options.Keep);
        if (query is null)
        {
            await ErrorWriter.WriteAsync(context, error!);
            return;
        }

        var view = AvailabilityView.Of(await reporter.ReportAsync(query.From, query.To, query.ByHour, context.RequestAborted), now);
        context.Response.Headers.Vary = "Accept";
        if (query.IsCsv)
        {
            context.Response.ContentType = "text/csv; charset=utf-8; header=present";
            await context.Response.WriteAsync(AvailabilityCsv.Write(view), context.RequestAborted);
            return;
        }

        await context.Response.WriteAsJsonAsync(view, RouterJson.Plain.AvailabilityView, cancellationToken: context.RequestAborted);
    });
}
