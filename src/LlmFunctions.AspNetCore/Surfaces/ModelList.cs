using System.Text.Json;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>The catalog's models, in the list shape of the API that asks.</summary>
internal sealed class ModelList(CatalogReloader reloader, CatalogHolder catalogs)
{
    private static readonly RouterError CatalogMissing = new(503, "catalog_not_loaded", "The router has no catalog yet; see /health/ready.");

    public async Task ListAsync(HttpContext context)
    {
        await reloader.LoadAsync(context.RequestAborted);
        if (catalogs.Current is not { } catalog)
        {
            await ErrorWriter.WriteAsync(context, CatalogMissing);
            return;
        }

        var names = catalog.Config.Models.Keys.Order(StringComparer.Ordinal).ToArray();
        await WriteAsync(context, json => Write(json, names, IsAnthropic(context)));
    }

    public async Task ShowAsync(HttpContext context, string model)
    {
        await reloader.LoadAsync(context.RequestAborted);
        if (catalogs.Current is not { } catalog)
            await ErrorWriter.WriteAsync(context, CatalogMissing);
        else if (catalog.TryFindModel(model, out _))
            await WriteAsync(context, json => WriteOne(json, model, IsAnthropic(context)));
        else
            await ErrorWriter.WriteAsync(context, RouterErrors.ModelNotFound(model));
    }

    private static bool IsAnthropic(HttpContext context) => context.Request.Headers.ContainsKey("anthropic-version");

    private static void Write(Utf8JsonWriter json, string[] names, bool isAnthropic)
    {
        if (isAnthropic)
            WriteAnthropic(json, names);
        else
            WriteOpenAi(json, names);
    }

    // {"object":"list","data":[{"id":"gpt-4o","object":"model","created":0,"owned_by":"llmfunctions"}]}
    private static void WriteOpenAi(Utf8JsonWriter json, string[] names)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var name in names)
            WriteOne(json, name, isAnthropic: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // {"data":[{"type":"model","id":"…","display_name":"…","created_at":"…"}],"has_more":false,"first_id":"…","last_id":"…"}
    private static void WriteAnthropic(Utf8JsonWriter json, string[] names)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var name in names)
            WriteOne(json, name, isAnthropic: true);
        json.WriteEndArray();
        json.WriteBoolean("has_more"u8, false);
        json.WriteString("first_id"u8, names.FirstOrDefault());
        json.WriteString("last_id"u8, names.LastOrDefault());
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, string name, bool isAnthropic)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, name);
        if (isAnthropic)
        {
            json.WriteString("type"u8, "model"u8);
            json.WriteString("display_name"u8, name);
            json.WriteString("created_at"u8, DateTimeOffset.UnixEpoch);
        }
        else
        {
            json.WriteString("object"u8, "model"u8);
            json.WriteNumber("created"u8, 0);
            json.WriteString("owned_by"u8, "llmfunctions"u8);
        }

        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        write(json);
    }
}
