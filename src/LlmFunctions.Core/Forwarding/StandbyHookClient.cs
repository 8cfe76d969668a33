using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Calls the hooks of standbys over the connections of endpoints: no redirects, and neither bodies nor keys in what it
/// says. What a hook trusts and what it shows are read at every call: clusters renew both.</summary>
internal sealed class StandbyHookClient(EndpointConnections connections, ISecretSource secrets, IEntraTokens entra) : IStandbyHooks
{
    public async Task<string?> CallAsync(HookConfig hook, CancellationToken cancellationToken)
    {
        try
        {
            using var message = await CreateAsync(hook, cancellationToken);
            using var ownTrust = hook.CaFile is { } file ? connections.CreateTrusting(file) : null;
            using var response = await (ownTrust ?? connections.Invoker).SendAsync(message, cancellationToken);
            return response.IsSuccessStatusCode ? null : Describe((int)response.StatusCode);
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;
        }
        catch (Exception e) when (e is MissingCredentialException or EntraTokenException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return e.Message;
        }
    }

    private static string Describe(int status) => status is >= 300 and < 400 ? $"{status}, and redirects are not followed" : $"{status}";

    private async Task<HttpRequestMessage> CreateAsync(HookConfig hook, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(new HttpMethod(hook.Method.ToString().ToUpperInvariant()), hook.Address)
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (await FindTokenAsync(hook.Credential, cancellationToken) is { } token)
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        // Azure's management API wants a length, also of nothing.
        message.Content = new ByteArrayContent(hook.Body is null ? [] : Encoding.UTF8.GetBytes(hook.Body));
        if (hook.Body is not null)
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(hook.ContentType);
        return message;
    }

    private async ValueTask<string?> FindTokenAsync(CredentialReference reference, CancellationToken cancellationToken) => reference switch
    {
        { Kind: CredentialKind.Entra, Value: { } scope } => await entra.GetTokenAsync(scope, cancellationToken),
        { Kind: CredentialKind.Setting, Value: { } name } => secrets.Find(name)
            ?? throw new MissingCredentialException($"the setting '{name}', which the hook's credential names, is not set"),
        { Kind: CredentialKind.File, Value: { } path } => (await File.ReadAllTextAsync(path, cancellationToken)).Trim(),
        _ => null,
    };
}
