namespace LlmFunctions.FunctionApp;

/// <summary>Settings whose defaults differ on Functions.</summary>
internal static class FunctionsDefaults
{
    public static readonly Dictionary<string, string?> All = new()
    {
        // The front end ends a request that is silent for 230 s; what has not begun by then must be answered before.
        ["Routing:AnswerWithin"] = "00:03:40",
        // The tick of ProbeSchedule; with the self-host's second a run would not wait for its probes.
        ["Probing:Tick"] = "00:00:05",
        // The worker sends every line to the host by gRPC, and ASP.NET Core writes several for each request.
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // The host drops lines that belong to no invocation, but reads the worker's console: for what runs beside the triggers.
        ["Logging:Console:LogLevel:Default"] = "None",
        ["Logging:Console:LogLevel:LlmFunctions.Azure.Telemetry"] = "Information",
        ["Logging:Console:LogLevel:LlmFunctions.Core.Catalog"] = "Information",
        ["Logging:Console:LogLevel:LlmFunctions.Core.Health.Health"] = "Information",
        ["Logging:Console:LogLevel:LlmFunctions.FunctionApp"] = "Information",
        // The host takes a line for an entry, its standard error for a warning or an error.
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:LogToStandardErrorThreshold"] = "Warning",
    };
}
