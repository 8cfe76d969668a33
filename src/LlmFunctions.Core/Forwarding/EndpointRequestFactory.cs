using System.Net;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Writes the message that one deployment gets for a request.</summary>
internal sealed class EndpointRequestFactory(EndpointCredentials credentials)
{
    // What callers of the Messages API must send; used when a caller sent none.
    private const string AnthropicVersion = "2023-06-01";

    /// <exception cref="MissingCredentialException">The endpoint's credential names a setting that is missing.</exception>
    public async ValueTask<HttpRequestMessage> CreateAsync(ModelRequest request, DeploymentConfig deployment, CancellationToken cancellationToken)
    {
        var endpoint = deployment.Endpoint;
        var address = endpoint.AddressOf(request.Path.Relative, deployment.NameThere) + QueryOf(request.Query, endpoint);
        var message = New(request.Method, address);
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);

        var isStored = request.Path.StoredId is not null;
        if (!isStored || !request.Body.Bytes.IsEmpty)
            message.Content = new EndpointContent(request.Body, isStored ? null : deployment.NameThere);
        await FinishAsync(message, endpoint, cancellationToken);
        return message;
    }

    /// <summary>A message of the router's own, such as a probe.</summary>
    public async ValueTask<HttpRequestMessage> CreateAsync(HttpMethod method, string address, HttpContent? content, EndpointConfig endpoint, CancellationToken cancellationToken)
    {
        var message = New(method, address);
        message.Content = content;
        await FinishAsync(message, endpoint, cancellationToken);
        return message;
    }

    /// <summary>The caller's query, but with the endpoint's api-version instead of the caller's.</summary>
    public static string QueryOf(string query, EndpointConfig endpoint)
    {
        var isAzure = endpoint.Kind is EndpointKind.AzureOpenAi or EndpointKind.AzureDeployments;
        if (query.Length <= 1 && !(isAzure && endpoint.ApiVersion is not null))
            return "";

        var kept = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => !pair.StartsWith("api-version=", StringComparison.OrdinalIgnoreCase)).ToList();
        if (isAzure && endpoint.ApiVersion is not null)
            kept.Add($"api-version={Uri.EscapeDataString(endpoint.ApiVersion)}");
        return kept.Count == 0 ? "" : "?" + string.Join('&', kept);
    }

    private static HttpRequestMessage New(HttpMethod method, string address)
    {
        var message = new HttpRequestMessage(method, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        return message;
    }

    private async ValueTask FinishAsync(HttpRequestMessage message, EndpointConfig endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Kind == EndpointKind.Anthropic && !message.Headers.NonValidated.Contains("anthropic-version"))
            message.Headers.TryAddWithoutValidation("anthropic-version", endpoint.ApiVersion ?? AnthropicVersion);
        await credentials.ApplyAsync(message, endpoint, cancellationToken);
    }
}
