namespace LlmFunctions.Core.Catalog;

/// <summary>Reads an endpoint's <c>standby</c>:
/// <c>{ "start": { "address": "https://…/start", "credential": "entra:scope" }, "stop": { … }, "readyWithin": "00:05:00" }</c>.</summary>
internal static class StandbyReader
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static StandbyConfig? Read(CatalogFields endpoint)
    {
        if (endpoint.Object("standby") is not { } fields)
            return null;
        if (!fields.Has("start"))
            fields.Report("start", "is missing; write the request that starts the endpoint: { \"address\": \"https://…\", \"credential\": \"entra:scope\" }.");
        var start = HookReader.Read(fields, "start");
        var stop = HookReader.Read(fields, "stop");
        var readyWithin = fields.Duration("readyWithin", Longest);
        var stopAfter = fields.Duration("stopAfter", Longest);
        if (fields.Has("stopAfter") && !fields.Has("stop"))
            fields.Report("stopAfter", "has no meaning without stop; write stop, or leave it out.");
        fields.RejectUnknownKeys();
        if (start is null)
            return null;
        var plain = new StandbyConfig { Start = start, Stop = stop };
        return plain with { ReadyWithin = readyWithin ?? plain.ReadyWithin, StopAfter = stopAfter ?? plain.StopAfter };
    }
}
