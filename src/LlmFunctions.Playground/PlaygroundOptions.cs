using System.Globalization;

namespace LlmFunctions.Playground;

/// <summary>What the command line asks for.</summary>
/// <param name="Port">Where the router listens; 7071 is the Functions default.</param>
/// <param name="IsDemo">Play an outage and end.</param>
public sealed record PlaygroundOptions(int Port, bool IsDemo)
{
    public const string Usage = "Usage: dotnet run --project src/LlmFunctions.Playground [-- [--port 7071] [--demo]]";

    /// <summary>Null when the arguments make no sense.</summary>
    public static PlaygroundOptions? TryParse(IReadOnlyList<string> args)
    {
        var options = new PlaygroundOptions(7071, false);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--demo")
                options = options with { IsDemo = true };
            else if (args[i] == "--port" && i + 1 < args.Count && int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535)
                options = options with { Port = port };
            else
                return null;
        }

        return options;
    }
}
