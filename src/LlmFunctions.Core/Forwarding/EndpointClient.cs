using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Makes one attempt and says how it ended. What the transport throws ends here.</summary>
internal sealed class EndpointClient(EndpointRequestFactory factory, EndpointConnections connections, AnswerReader reader)
{
    /// <summary>Sends the request to the lease's deployment. A streamed answer is returned once its first content is there; the
    /// answer then owns the lease. In every other case the lease stays the caller's to dispose.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="lease">The right to make this attempt.</param>
    /// <param name="clock">Cuts the attempt.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async Task<AttemptOutcome> SendAsync(ModelRequest request, AttemptLease lease, AttemptClock clock, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        var isHandedOver = false;
        try
        {
            using var message = await factory.CreateAsync(request, lease.State.Config, clock.Token);
            response = await connections.Invoker.SendAsync(message, clock.Token);
            var outcome = await reader.ReadAsync(request, response, lease, clock);
            isHandedOver = outcome is AttemptOutcome.Answered { Answer.Chunks: not null };
            return outcome;
        }
        catch (MissingCredentialException e)
        {
            return new AttemptOutcome.Misconfigured(e.Message, "no-credential");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new AttemptOutcome.Cancelled();
        }
        catch (Exception) when (clock.IsCut)
        {
            return clock.HadItsLimit ? new AttemptOutcome.Failed(FailureKind.Timeout, "timeout") : new AttemptOutcome.Cancelled();
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException or InvalidDataException)
        {
            return OutcomeClassifier.FromException(e);
        }
        catch (EntraTokenException)
        {
            return new AttemptOutcome.Failed(FailureKind.Connection, "entra");
        }
        finally
        {
            if (!isHandedOver)
                response?.Dispose();
        }
    }
}
