using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Azure;

internal sealed partial class StorageOptionsValidation : IValidateOptions<StorageOptions>
{
    private const string Missing =
        "AzureWebJobsStorage is missing: the router needs a storage account. Write a connection string into the setting "
        + "AzureWebJobsStorage (UseDevelopmentStorage=true for Azurite), or the account's name into AzureWebJobsStorage__accountName "
        + "to reach it with the router's managed identity.";

    private const string Unusable =
        "AzureWebJobsStorage is no connection string for tables, blobs and queues of a storage account. Write one such as "
        + "DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;EndpointSuffix=core.windows.net, as the portal shows it under Access keys, "
        + "or UseDevelopmentStorage=true for Azurite; or leave it out and write the account's name into AzureWebJobsStorage__accountName.";

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var errors = new List<string>();
        if (!PrefixPattern().IsMatch(options.Prefix))
            errors.Add("Storage:Prefix must be 1 to 24 lower-case letters and digits, a letter first.");
        if (options.ConnectionString is { } connectionString)
        {
            if (!IsUsable(connectionString.Value))
                errors.Add(Unusable);
        }
        else if (options.AccountName is { } account)
        {
            if (!AccountPattern().IsMatch(account))
                errors.Add("AzureWebJobsStorage__accountName must be the account's name only: 3 to 24 lower-case letters and digits.");
        }
        else if (options.TableServiceUri is null || options.BlobServiceUri is null || options.QueueServiceUri is null)
            errors.Add(Missing);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsUsable(string connectionString)
    {
        try
        {
            _ = new TableServiceClient(connectionString);
            _ = new BlobServiceClient(connectionString);
            _ = new QueueServiceClient(connectionString);
            return true;
        }
        // There is no other way to ask the SDK; its message may repeat the key, so it goes no further.
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]{0,23}\z")]
    private static partial Regex PrefixPattern();

    [GeneratedRegex(@"\A[a-z0-9]{3,24}\z")]
    private static partial Regex AccountPattern();
}
