using System.Net.Http.Headers;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Asks the prober's questions over the same connections and the same outcome table as traffic.</summary>
internal sealed class EndpointProbeClient(EndpointRequestFactory factory, EndpointConnections connections, TimeProvider time) : IEndpointProbe
{
    private const int LongestAnswer = 1024 * 1024;

    public Task<HealthSignal> AskAsync(EndpointConfig endpoint, CancellationToken cancellationToken) =>
        AskAsync(endpoint, HttpMethod.Get, AddressOf(endpoint), null, cancellationToken);

    public Task<HealthSignal> CompleteAsync(DeploymentConfig deployment, CancellationToken cancellationToken)
    {
        var (operation, body) = SmallestCompletion.For(deployment);
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var address = deployment.Endpoint.AddressOf(KindPaths.Of(operation), deployment.NameThere) + EndpointRequestFactory.QueryOf("", deployment.Endpoint);
        return AskAsync(deployment.Endpoint, HttpMethod.Post, address, content, cancellationToken);
    }

    private static string AddressOf(EndpointConfig endpoint)
    {
        if (endpoint.Probe is { Kind: ProbeKind.Path, Path: { } path })
            return new Uri(new Uri(endpoint.Address.AbsoluteUri.TrimEnd('/') + "/"), path).AbsoluteUri;
        // The list of models of azure-deployments lies outside of any deployment.
        var address = endpoint.Kind == EndpointKind.AzureDeployments
            ? $"{endpoint.Address.AbsoluteUri.TrimEnd('/')}/openai/models"
            : endpoint.AddressOf("models", "");
        return address + EndpointRequestFactory.QueryOf("", endpoint);
    }

    private async Task<HealthSignal> AskAsync(EndpointConfig endpoint, HttpMethod method, string address, HttpContent? content, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            using var message = await factory.CreateAsync(method, address, content, endpoint, cancellationToken);
            using var response = await connections.Invoker.SendAsync(message, cancellationToken);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? Judge(body, time.GetElapsedTime(begun), isHealthPath: method == HttpMethod.Get && endpoint.Probe.Kind == ProbeKind.Path)
                : Judge(response, body);
        }
        catch (MissingCredentialException e)
        {
            return new HealthSignal.Misconfigured(e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new HealthSignal.Failure(FailureKind.Timeout);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException or EntraTokenException)
        {
            return new HealthSignal.Failure(((AttemptOutcome.Failed)OutcomeClassifier.FromException(e)).Kind);
        }
    }

    /// <summary>Green is a 2xx with a body that parses; a health path of the operator's choice may answer anything, even nothing.</summary>
    private static HealthSignal Judge(byte[] body, TimeSpan elapsed, bool isHealthPath)
    {
        if (isHealthPath)
            return new HealthSignal.Success(elapsed);
        var json = JsonAnswer.Read(body, wantsId: false, wantsUsage: false);
        return json is { IsSound: true, IsError: false } ? new HealthSignal.Success(elapsed) : new HealthSignal.Failure(FailureKind.Malformed);
    }

    private HealthSignal Judge(HttpResponseMessage response, byte[] body)
    {
        var answer = new EndpointAnswer((int)response.StatusCode, [], body);
        return OutcomeClassifier.FromStatus(answer, RetryAfter.Read(response.Headers, time.GetUtcNow()), asksForStored: false) switch
        {
            AttemptOutcome.Failed failed => new HealthSignal.Failure(failed.Kind),
            AttemptOutcome.Throttled throttled => new HealthSignal.Throttled(throttled.Wait),
            AttemptOutcome.Misconfigured wrong => new HealthSignal.Misconfigured(wrong.Reason),
            _ => HealthSignal.None.Instance,
        };
    }
}
