using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Azure;

/// <summary>Reads the section <c>Storage</c>, and <c>AzureWebJobsStorage</c> in the forms the Functions host knows.</summary>
internal sealed class StorageOptionsBinding(IConfiguration configuration) : IConfigureOptions<StorageOptions>
{
    private const string Section = "Storage";
    private const string Connection = "AzureWebJobsStorage";

    public void Configure(StorageOptions options)
    {
        var errors = new List<string>();
        foreach (var child in configuration.GetSection(Section).GetChildren())
        {
            if (!string.Equals(child.Key, nameof(StorageOptions.Prefix), StringComparison.OrdinalIgnoreCase))
                errors.Add($"{child.Path} is no known setting; the section {Section} holds {nameof(StorageOptions.Prefix)} only.");
        }
        var connection = configuration.GetSection(Connection);
        options.Prefix = configuration[$"{Section}:{nameof(StorageOptions.Prefix)}"] ?? options.Prefix;
        options.ConnectionString = string.IsNullOrWhiteSpace(connection.Value) ? null : new(connection.Value);
        options.AccountName = connection["accountName"];
        options.ClientId = connection["clientId"];
        options.TableServiceUri = ReadUri(connection, "tableServiceUri", errors);
        options.BlobServiceUri = ReadUri(connection, "blobServiceUri", errors);
        options.QueueServiceUri = ReadUri(connection, "queueServiceUri", errors);
        if (errors.Count > 0)
            throw new OptionsValidationException(nameof(StorageOptions), typeof(StorageOptions), errors);
    }

    private static Uri? ReadUri(IConfigurationSection connection, string key, List<string> errors)
    {
        if (connection[key] is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
            return uri;
        errors.Add($"{Connection}__{key} must be an https address such as https://account.table.core.windows.net.");
        return null;
    }
}
