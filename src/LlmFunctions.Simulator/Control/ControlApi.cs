namespace LlmFunctions.Simulator;

/// <summary>The control port: it goes on listening while the endpoint refuses or is stopped.</summary>
internal sealed class ControlApi(SimulatedEndpoint endpoint)
{
    private const string Paths = "GET, POST, DELETE /_simulator/faults; GET, DELETE /_simulator/counters; "
        + "GET, PUT /_simulator/settings; POST /_simulator/stop; POST /_simulator/start; "
        + "GET, PUT /_simulator/hooks; any method /_simulator/hooks/start and /_simulator/hooks/stop";

    public async Task HandleAsync(HttpContext context)
    {
        Reply reply;
        try
        {
            reply = await ReplyAsync(context);
        }
        catch (ArgumentException exception)
        {
            reply = ControlJson.Problem(exception.Message);
        }
        await reply.SendAsync(context);
    }

    private async Task<Reply> ReplyAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/_simulator/faults"):
                return Faults();
            case ("POST", "/_simulator/faults"):
                endpoint.Faults.Add(await ReadAsync<Fault>(context));
                return Faults(201);
            case ("DELETE", "/_simulator/faults"):
                endpoint.Faults.Clear();
                return Faults();
            case ("GET", "/_simulator/counters"):
                return Counters();
            case ("DELETE", "/_simulator/counters"):
                endpoint.Counters.Clear();
                return Counters();
            case ("GET", "/_simulator/settings"):
                return Settings();
            case ("PUT", "/_simulator/settings"):
                (await ReadAsync<SettingsPatch>(context)).ApplyTo(endpoint.Settings);
                return Settings();
            case ("POST", "/_simulator/stop"):
                await endpoint.StopAsync();
                return State();
            case ("POST", "/_simulator/start"):
                await endpoint.RestartAsync();
                return State();
            case ("GET", "/_simulator/hooks"):
                return Hooks();
            case ("PUT", "/_simulator/hooks"):
                (await ReadAsync<HookFailures>(context)).ApplyTo(endpoint.Hooks);
                return Hooks();
            case (_, "/_simulator/hooks/start"):
                return Hooks(endpoint.Hooks.Start(await RecordAsync(context)));
            case (_, "/_simulator/hooks/stop"):
                return Hooks(await endpoint.Hooks.StopAsync(await RecordAsync(context)));
            default:
                return ControlJson.Problem($"There is only {Paths}.", 404);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpContext context) =>
        ControlJson.Read<T>(await RequestReader.ReadBodyAsync(context));

    private static async Task<RecordedRequest> RecordAsync(HttpContext context) =>
        RecordedRequest.Of(context, await RequestReader.ReadBodyAsync(context));

    private Reply Hooks(int status = 200) =>
        ControlJson.Reply(new { endpoint.Hooks.Starts, endpoint.Hooks.Stops, listening = endpoint.IsListening }, status);

    private Reply Faults(int status = 200) => ControlJson.Reply(
        new
        {
            faults = endpoint.Faults.Snapshot().Select(scheduled => new { id = scheduled.Id, remaining = scheduled.Remaining, fault = scheduled.Fault }),
        }, status);

    private Reply Counters() => ControlJson.Reply(new
    {
        probes = endpoint.Counters.Probes,
        total = CountersOf(endpoint.Counters.Total),
        models = endpoint.Counters.Models.ToDictionary(model => model, model => CountersOf(endpoint.Counters.ForModel(model))),
    });

    private static object CountersOf(ModelCounters counters) => new
    {
        counters.Requests,
        counters.Streamed,
        counters.ByOperation,
        counters.InFlight,
        counters.PeakInFlight,
        counters.Completed,
        counters.Aborted,
        counters.Received,
        counters.Executed,
        lastRequest = counters.LastRequest is { } last ? new { last.Method, last.Path, last.Query, last.Headers, body = last.BodyText } : null,
    };

    private Reply Settings() => ControlJson.Reply(new
    {
        endpoint.Settings.TokensPerSecond,
        endpoint.Settings.FirstTokenDelay,
        endpoint.Settings.AnswerTokens,
        endpoint.Settings.TokensPerEvent,
        endpoint.Settings.SaysElseAfter,
    });

    private Reply State() => ControlJson.Reply(new { name = endpoint.Name, address = endpoint.Address, listening = endpoint.IsListening });
}
