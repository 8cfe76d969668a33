using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Catalog;

internal sealed class CatalogOptionsValidation : IValidateOptions<CatalogOptions>
{
    public ValidateOptionsResult Validate(string? name, CatalogOptions options)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(options.File))
            errors.Add("CatalogFile must name a file; leave the setting out for catalog.json.");
        // Every instance swaps within 5 s; a longer interval could not keep that.
        if (options.PollInterval < TimeSpan.FromMilliseconds(100) || options.PollInterval > TimeSpan.FromSeconds(5))
            errors.Add("CatalogPollInterval must be from 00:00:00.1 to 00:00:05.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
