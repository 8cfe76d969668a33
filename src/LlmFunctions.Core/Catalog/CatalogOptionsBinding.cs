using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads the flat settings <c>Catalog</c>, <c>CatalogFile</c> and <c>CatalogPollInterval</c>.</summary>
internal sealed class CatalogOptionsBinding(IConfiguration configuration) : IConfigureOptions<CatalogOptions>
{
    public void Configure(CatalogOptions options)
    {
        if (configuration.GetSection("Catalog").GetChildren().Any())
            Fail("Catalog must be one text that holds the whole JSON document, not a section; put the document into a file and name it in CatalogFile.");
        options.Document = configuration["Catalog"];
        options.File = configuration["CatalogFile"] ?? options.File;
        if (configuration["CatalogPollInterval"] is not { } text)
            return;
        if (!DurationText.TryParse(text, out var interval))
            Fail($"CatalogPollInterval must be {DurationText.Form}, not '{text}'.");
        options.PollInterval = interval;
    }

    private static void Fail(string message) =>
        throw new OptionsValidationException(nameof(CatalogOptions), typeof(CatalogOptions), [message]);
}
