using YamlDotNet.RepresentationModel;

namespace LlmFunctions.Infra.Tests;

/// <summary>The hook of <c>azd up</c> that puts keys into the vault, run against a vault in a folder.</summary>
public sealed class HookTests(InfraFixture infra)
{
    private static readonly string Script = Path.Combine(Paths.Infra, "hooks/keys.sh");

    [Fact]
    public async Task Keys_EmptyVault_MakesThoseOfCallersAndOperatorsAndTellsWhatIsMissing()
    {
        SkipUnlessPosix();
        using var az = new FakeAzureCli();

        var (exitCode, output) = await az.RunAsync(Script, Environment());

        Assert.Equal(0, exitCode);
        Assert.Equal(["oncall-key", "team-a-key"], az.Secrets.Keys.Order(StringComparer.Ordinal));
        Assert.All(az.Secrets.Values, key => Assert.Matches("^[0-9a-f]{64}$", key));
        Assert.NotEqual(az.Secrets["oncall-key"], az.Secrets["team-a-key"]);
        Assert.Contains("Still missing: openai-api-key", output, StringComparison.Ordinal);
        Assert.Contains("Still missing: anthropic-api-key", output, StringComparison.Ordinal);
        Assert.Contains("Base URL for callers: https://router.example/v1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_NeverShow_NeitherInTheOutputNorInACommand()
    {
        SkipUnlessPosix();
        using var az = new FakeAzureCli();

        var (_, output) = await az.RunAsync(Script, Environment(("OPENAI_API_KEY", "sk-secret $(id) \"quoted\"")));

        Assert.Equal("sk-secret $(id) \"quoted\"", az.Secrets["openai-api-key"]);
        Assert.All(az.Secrets.Values, key => Assert.DoesNotContain(key, output, StringComparison.Ordinal));
        Assert.All(az.Secrets.Values, key => Assert.DoesNotContain(az.Calls, call => call.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Keys_AlreadyThere_AreLeftAlone()
    {
        SkipUnlessPosix();
        using var az = new FakeAzureCli();
        foreach (var name in new[] { "team-a-key", "oncall-key", "openai-api-key", "anthropic-api-key" })
            az.Put(name, "before");

        var (exitCode, output) = await az.RunAsync(Script, Environment(("OPENAI_API_KEY", "another")));

        Assert.Equal(0, exitCode);
        Assert.All(az.Secrets.Values, key => Assert.Equal("before", key));
        Assert.DoesNotContain(az.Calls, call => call.Contains("secret set", StringComparison.Ordinal) || call.StartsWith("rest", StringComparison.Ordinal));
        Assert.DoesNotContain("missing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_Changed_TheAppLooksForItsReferencesAgain()
    {
        SkipUnlessPosix();
        using var az = new FakeAzureCli();

        await az.RunAsync(Script, Environment());

        Assert.Contains("/resourceGroups/rg/providers/Microsoft.Web/sites/app/config/configreferences/appsettings/refresh", Assert.Single(az.Calls, call => call.StartsWith("rest", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.All(az.Calls.Where(call => call.StartsWith("keyvault", StringComparison.Ordinal)), call => Assert.Contains("--vault-name vault", call, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(1000, 1)]
    public async Task Keys_RightNotKnownYet_IsWaitedForWithinBounds(int refusals, int expected)
    {
        SkipUnlessPosix();
        using var az = new FakeAzureCli(refusals);

        var (exitCode, output) = await az.RunAsync(Script, Environment());

        Assert.Equal(expected, exitCode);
        Assert.Equal(expected == 0 ? 2 : 0, az.Secrets.Count);
        Assert.Equal(expected == 1, output.Contains("Key Vault Secrets Officer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_SignedOut_SaysWhatToDo()
    {
        SkipUnlessPosix();
        using var az = new FakeAzureCli();
        az.SignOut();

        var (exitCode, output) = await az.RunAsync(Script, Environment());

        Assert.Equal(1, exitCode);
        Assert.Contains("az login", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_OfTheTemplate_SortTheSecretsByWhoMakesThem()
    {
        Assert.Equal("TEAM_A_KEY=team-a-key ONCALL_KEY=oncall-key", infra.Default.Outputs["GENERATED_KEYS"]);
        Assert.Equal("OPENAI_API_KEY=openai-api-key ANTHROPIC_API_KEY=anthropic-api-key", infra.Default.Outputs["PROVIDED_KEYS"]);
    }

    [Fact]
    public void AzureYaml_Hook_IsAfterProvisionAndThere()
    {
        var hooks = (YamlMappingNode)PipelineTests.Load("azure.yaml")["hooks"];
        var (name, hook) = Assert.Single(hooks.Children);

        Assert.Equal("postprovision", ((YamlScalarNode)name).Value);
        foreach (var (system, shell) in new[] { ("posix", "sh"), ("windows", "pwsh") })
        {
            Assert.Equal(shell, PipelineTests.Text(hook[system]["shell"]));
            Assert.True(File.Exists(Path.Combine(Paths.Repository, PipelineTests.Text(hook[system]["run"]))));
        }

        SkipUnlessPosix();
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(Script).HasFlag(UnixFileMode.UserExecute), "azd runs the script itself.");
    }

    /// <summary>There is no PowerShell here to run it with; both ask for the same things and say the same.</summary>
    [Theory]
    [InlineData("AZURE_KEY_VAULT_NAME")]
    [InlineData("AZURE_SUBSCRIPTION_ID")]
    [InlineData("AZURE_RESOURCE_GROUP")]
    [InlineData("AZURE_FUNCTION_APP_NAME")]
    [InlineData("GENERATED_KEYS")]
    [InlineData("PROVIDED_KEYS")]
    [InlineData("SERVICE_ROUTER_ENDPOINT_URL")]
    [InlineData("config/configreferences/appsettings/refresh?api-version=2022-03-01")]
    [InlineData("Still missing: ")]
    public void Scripts_BothShells_HaveInCommon(string text)
    {
        Assert.Contains(text, File.ReadAllText(Script), StringComparison.Ordinal);
        Assert.Contains(text, File.ReadAllText(Path.ChangeExtension(Script, ".ps1")), StringComparison.Ordinal);
    }

    private Dictionary<string, string> Environment(params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["AZURE_KEY_VAULT_NAME"] = "vault",
            ["AZURE_SUBSCRIPTION_ID"] = "00000000-0000-0000-0000-000000000002",
            ["AZURE_RESOURCE_GROUP"] = "rg",
            ["AZURE_FUNCTION_APP_NAME"] = "app",
            ["SERVICE_ROUTER_ENDPOINT_URL"] = "https://router.example/v1",
            ["GENERATED_KEYS"] = infra.Default.Outputs["GENERATED_KEYS"],
            ["PROVIDED_KEYS"] = infra.Default.Outputs["PROVIDED_KEYS"],
            ["OPENAI_API_KEY"] = "",
            ["ANTHROPIC_API_KEY"] = "",
        };
        foreach (var (name, value) in more)
            environment[name] = value;
        return environment;
    }

    private static void SkipUnlessPosix() => Assert.SkipWhen(OperatingSystem.IsWindows(), "A script for sh.");
}
