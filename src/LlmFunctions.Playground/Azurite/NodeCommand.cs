using System.ComponentModel;
using System.Diagnostics;

namespace LlmFunctions.Playground;

/// <summary>Starts node and npm without a window, a terminal or a question.</summary>
internal static class NodeCommand
{
    public static Process Start(string executable, string workingFolder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = workingFolder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CI"] = "true";
        start.Environment["npm_config_update_notifier"] = "false";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception notFound)
        {
            throw new NodeMissingException(executable, notFound);
        }
    }
}
