using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary><c>/manage/deployments</c>: what is out and why; drain and resume.</summary>
internal sealed class DeploymentCalls(CatalogReloader reloader, DeploymentRegistry registry, TimeProvider time)
{
    public async Task ListAsync(HttpContext context)
    {
        await reloader.LoadAsync(context.RequestAborted);
        var now = time.GetUtcNow();
        var views = registry.All.Select(state => DeploymentView.Of(state, now)).OrderBy(view => view.Deployment, StringComparer.Ordinal).ToArray();
        await context.Response.WriteAsJsonAsync(views, RouterJson.Plain.DeploymentViewArray, cancellationToken: context.RequestAborted);
    }

    /// <summary>Takes a deployment out of rotation, or lets it back in; every instance follows within a second.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">Such as <c>gpt-4o@east</c>.</param>
    /// <param name="draining">Whether to take it out.</param>
    public async Task SetDrainingAsync(HttpContext context, string id, bool draining)
    {
        await reloader.LoadAsync(context.RequestAborted);
        if (!DeploymentId.TryParse(id, out var wanted) || registry.All.FirstOrDefault(state => state.Id == wanted) is not { } state)
        {
            await ErrorWriter.WriteAsync(context, new RouterError(
                404, "deployment_not_found", $"There is no deployment '{id}'. GET /manage/deployments lists them, such as gpt-4o@east."));
            return;
        }

        state.SetDraining(draining);
        await context.Response.WriteAsJsonAsync(
            DeploymentView.Of(state, time.GetUtcNow()), RouterJson.Plain.DeploymentView, cancellationToken: context.RequestAborted);
    }
}
