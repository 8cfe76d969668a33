using System.Globalization;
using System.Net;

namespace LlmFunctions.Simulator;

/// <summary>The options of the executable.</summary>
internal static class CommandLine
{
    private static readonly Dictionary<string, Func<SimulatorOptions, string, SimulatorOptions>> Known = new()
    {
        ["--name"] = (options, value) => options with { Name = value },
        ["--port"] = (options, value) => options with { Port = Port(value) },
        ["--control-port"] = (options, value) => options with { ControlPort = Port(value) },
        ["--listen-on"] = (options, value) => options with { ListenOn = IPAddress.Parse(value) },
        ["--tokens-per-second"] = (options, value) => options with { TokensPerSecond = NotNegative(double.Parse(value, CultureInfo.InvariantCulture)) },
        ["--first-token-delay"] = (options, value) => options with { FirstTokenDelay = NotNegative(TimeSpan.Parse(value, CultureInfo.InvariantCulture)) },
        ["--answer-tokens"] = (options, value) => options with { AnswerTokens = Positive(int.Parse(value, CultureInfo.InvariantCulture)) },
        ["--tokens-per-event"] = (options, value) => options with { TokensPerEvent = Positive(int.Parse(value, CultureInfo.InvariantCulture)) },
        ["--says-else-after"] = (options, value) => options with { SaysElseAfter = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
        ["--required-key"] = (options, value) => options with { RequiredKey = value },
        ["--models"] = (options, value) => options with { Models = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        ["--begins-stopped"] = (options, value) => options with { BeginsStopped = bool.Parse(value) },
        ["--start-delay"] = (options, value) => options with { StartDelay = NotNegative(TimeSpan.Parse(value, CultureInfo.InvariantCulture)) },
        ["--record-requests"] = (options, value) => options with { RecordRequests = bool.Parse(value) },
    };

    public static string Usage => $"Options, each followed by its value: {string.Join(' ', Known.Keys)}";

    /// <summary>Throws a <see cref="FormatException"/> that names the option at fault.</summary>
    public static SimulatorOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SimulatorOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            // Both --port 5001 and --port=5001.
            var parts = arguments[i].Split('=', 2);
            if (!Known.TryGetValue(parts[0], out var apply))
                throw new FormatException($"Unknown option {parts[0]}. {Usage}");
            var value = parts.Length == 2 ? parts[1] : ++i < arguments.Count ? arguments[i] : throw new FormatException($"{parts[0]} needs a value.");
            options = Apply(apply, options, parts[0], value);
        }
        return options;
    }

    private static SimulatorOptions Apply(
        Func<SimulatorOptions, string, SimulatorOptions> apply, SimulatorOptions options, string name, string value)
    {
        try
        {
            return apply(options, value);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new FormatException($"{name} cannot be '{value}': {exception.Message}", exception);
        }
    }

    private static int Port(string value) =>
        ushort.TryParse(value, CultureInfo.InvariantCulture, out var port) ? port : throw new FormatException("a port is from 0 to 65535.");

    private static int Positive(int value) => value >= 1 ? value : throw new FormatException("it is at least 1.");

    private static double NotNegative(double value) =>
        double.IsFinite(value) && value >= 0 ? value : throw new FormatException("it is a number that is not negative.");

    private static TimeSpan NotNegative(TimeSpan value) => value >= TimeSpan.Zero ? value : throw new FormatException("it is not negative.");
}
