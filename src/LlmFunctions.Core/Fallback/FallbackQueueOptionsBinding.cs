using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Fallback;

/// <summary>Reads the flat settings <c>FallbackQueue</c> and <c>FallbackQueueName</c>, which the triggers of the function app
/// read too.</summary>
public sealed partial class FallbackQueueOptionsBinding(IConfiguration configuration) : IConfigureOptions<FallbackQueueOptions>
{
    private const string Choice = "FallbackQueue";
    private const string Name = "FallbackQueueName";

    public void Configure(FallbackQueueOptions options)
    {
        var errors = new List<string>();
        options.IsServiceBus = configuration[Choice] == "service-bus";
        options.Name = configuration[Name] ?? options.Name;
        if (configuration[Choice] is not (null or "service-bus" or "storage-queue"))
            errors.Add($"{Choice} must be storage-queue or service-bus; leave the setting out for storage-queue.");
        if (!NamePattern().IsMatch(options.Name))
            errors.Add($"{Name} must be 3 to 63 lower-case letters, digits and single hyphens, such as llm-requests.");
        if (errors.Count > 0)
            throw new OptionsValidationException(nameof(FallbackQueueOptions), typeof(FallbackQueueOptions), errors);
    }

    [GeneratedRegex(@"\A(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex NamePattern();
}
