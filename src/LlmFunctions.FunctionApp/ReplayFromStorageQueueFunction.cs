using LlmFunctions.Core.Fallback;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.FunctionApp;

/// <summary>Runs a queued request when its message arrives on the storage queue.</summary>
public sealed partial class ReplayFromStorageQueueFunction(IReplayTarget target, ILogger<ReplayFromStorageQueueFunction> logger)
{
    public const string Name = "ReplayFromStorageQueue";

    [Function(Name)]
    public Task RunAsync([QueueTrigger("%FallbackQueueName%", Connection = "AzureWebJobsStorage")] string text, CancellationToken cancellationToken)
    {
        if (ReplayMessage.TryParse(text, out var message))
            return target.ReplayAsync(message, cancellationToken);
        LogMalformed();
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message that is no {{id}}.{{n}} was dropped from the fallback queue.")]
    private partial void LogMalformed();
}
