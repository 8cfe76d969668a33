using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Says of an attempt what the GenAI conventions want to know. Where they have no name, the operation has one of its own.</summary>
internal static class GenAiNames
{
    /// <summary>What is known when it begins.</summary>
    public static AttemptLabels Of(ModelRequest request, AttemptLease lease)
    {
        var deployment = lease.State.Config;
        return new()
        {
            Operation = OperationOf(request.Path),
            Provider = ProviderOf(deployment.Endpoint.Kind),
            // Who asks for a stored answer names no model; the deployment only stands for its endpoint then.
            Model = request.Path.StoredId is null ? deployment.NameThere : null,
            Address = deployment.Endpoint.Address.Host,
            Port = deployment.Endpoint.Address.Port,
            Deployment = deployment.Id.ToString(),
            Tier = deployment.Tier,
            IsTrial = lease.IsTrial,
            IsStreaming = request.IsStreaming,
            OutputType = OutputTypeOf(request.Path.Operation),
        };
    }

    public static string OperationOf(ApiPath path) => path.StoredId is not null ? "stored_response" : path.Operation switch
    {
        ApiOperation.ChatCompletions or ApiOperation.Responses or ApiOperation.Messages => "chat",
        ApiOperation.Completions => "text_completion",
        ApiOperation.Embeddings => "embeddings",
        ApiOperation.Moderations => "moderation",
        ApiOperation.CountTokens => "count_tokens",
        _ => "generate_content",
    };

    public static string ProviderOf(EndpointKind kind) => kind switch
    {
        EndpointKind.Anthropic => "anthropic",
        EndpointKind.AzureOpenAi or EndpointKind.AzureDeployments => "azure.ai.openai",
        _ => "openai",
    };

    private static string? OutputTypeOf(ApiOperation operation) => operation switch
    {
        ApiOperation.ImageGenerations or ApiOperation.ImageEdits or ApiOperation.ImageVariations => "image",
        ApiOperation.Speech => "speech",
        _ => null,
    };
}
