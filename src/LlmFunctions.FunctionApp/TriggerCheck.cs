using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.FunctionApp;

/// <summary>Checks at start that exactly the trigger of the chosen fallback queue is on: the other would look for a queue that is not there,
/// or the chosen one would never run.</summary>
internal sealed class TriggerCheck(IConfiguration configuration, IOptions<FallbackQueueOptions> queue) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var (chosen, other) = queue.Value.IsServiceBus
            ? (ReplayFromServiceBusFunction.Name, ReplayFromStorageQueueFunction.Name)
            : (ReplayFromStorageQueueFunction.Name, ReplayFromServiceBusFunction.Name);
        var errors = new List<string>();
        if (!IsDisabled(other))
            errors.Add($"Set AzureWebJobs.{other}.Disabled to true: FallbackQueue chooses the other queue.");
        if (IsDisabled(chosen))
            errors.Add($"AzureWebJobs.{chosen}.Disabled must not be true: it is the trigger of the queue that FallbackQueue chooses.");
        if (configuration["FallbackQueueName"] is null)
            errors.Add("Set FallbackQueueName, such as llm-requests: the triggers read it.");
        return errors.Count == 0
            ? Task.CompletedTask
            : throw new OptionsValidationException(nameof(FallbackQueueOptions), typeof(FallbackQueueOptions), errors);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // On Linux a setting's dots may arrive as underscores.
    private bool IsDisabled(string function) =>
        IsTrue(configuration[$"AzureWebJobs.{function}.Disabled"]) || IsTrue(configuration[$"AzureWebJobs_{function}_Disabled"]);

    private static bool IsTrue(string? value) => value == "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
