using System.Globalization;
using System.Security.Claims;
using System.Text;
using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary><c>/manage/catalog</c>: read, publish, list the versions, roll back.</summary>
internal sealed class CatalogCalls(CatalogPublisher publisher, CatalogReloader reloader, CatalogHolder catalogs, BodyReader bodies, BodyBudget budget)
{
    private const char ByteOrderMark = '\uFEFF';

    private static readonly RouterError NotFound = new(404, "version_not_found", "There is no such version. GET /manage/catalog/versions lists them.");

    private static readonly RouterError Conflict = new(
        409, "catalog_changed", "Somebody else changed the catalog meanwhile. Read it with GET /manage/catalog, then publish again.");

    private static readonly RouterError NoVersion = new(
        400, "version_not_valid", "If-Match takes the x-llm-catalog-version of the document that was edited, in quotes: \"7\". Leave it out to replace whatever is in force.")
    {
        ShouldRetry = false,
    };

    public async Task ShowAsync(HttpContext context)
    {
        await reloader.LoadAsync(context.RequestAborted);
        await ShowAsync(context, catalogs.Current?.Version ?? 0);
    }

    public Task ShowAsync(HttpContext context, long number) => StorageGuard.RunAsync(context, async () =>
    {
        if (await publisher.ReadAsync(number, context.RequestAborted) is not { } document)
        {
            await ErrorWriter.WriteAsync(context, NotFound);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers["x-llm-catalog-version"] = number.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{number}\"");
        await context.Response.WriteAsync(document, context.RequestAborted);
    });

    public Task ListAsync(HttpContext context) => StorageGuard.RunAsync(context, async () =>
    {
        var versions = await publisher.ListAsync(context.RequestAborted);
        await context.Response.WriteAsJsonAsync(versions, RouterJson.Plain.IReadOnlyListCatalogVersion, cancellationToken: context.RequestAborted);
    });

    public Task PublishAsync(HttpContext context) => StorageGuard.RunAsync(context, async () =>
    {
        using var lease = new BodyLease(budget);
        var (bytes, error) = await bodies.ReadAsync(context.Request, lease, context.RequestAborted);
        if (bytes is null)
            await ErrorWriter.WriteAsync(context, error!);
        else if (!TryReadBase(context.Request, out var basedOn))
            await ErrorWriter.WriteAsync(context, NoVersion);
        else
            await AnswerAsync(context, await publisher.PublishAsync(Encoding.UTF8.GetString(bytes).TrimStart(ByteOrderMark), NameOf(context), context.RequestAborted, basedOn));
    });

    public Task RollBackAsync(HttpContext context, long number) => StorageGuard.RunAsync(context, async () =>
        await AnswerAsync(context, await publisher.RollBackAsync(number, NameOf(context), context.RequestAborted)));

    private static bool TryReadBase(HttpRequest request, out long? basedOn)
    {
        basedOn = null;
        if (request.Headers.IfMatch.Count == 0)
            return true;
        var isNumber = long.TryParse(request.Headers.IfMatch.ToString().Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        basedOn = number;
        return isNumber;
    }

    private static string NameOf(HttpContext context) => context.User.FindFirstValue(ClaimTypes.Name) ?? "unknown";

    private static Task AnswerAsync(HttpContext context, CatalogChange change) => change switch
    {
        CatalogChange.Published published => WriteAsync(context, published.Version),
        CatalogChange.RolledBack rolledBack => WriteAsync(context, rolledBack.Version),
        CatalogChange.NotFound => ErrorWriter.WriteAsync(context, NotFound),
        CatalogChange.Invalid invalid => RefuseAsync(context, invalid.Errors),
        _ => ErrorWriter.WriteAsync(context, Conflict),
    };

    private static Task WriteAsync(HttpContext context, CatalogVersion version) =>
        context.Response.WriteAsJsonAsync(version, RouterJson.Plain.CatalogVersion, cancellationToken: context.RequestAborted);

    private static Task RefuseAsync(HttpContext context, IReadOnlyList<CatalogError> errors)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        var view = new CatalogErrorsView("The catalog is refused; the one in force stays. Mend every error below and publish again.", errors);
        return context.Response.WriteAsJsonAsync(view, RouterJson.Plain.CatalogErrorsView, cancellationToken: context.RequestAborted);
    }
}
