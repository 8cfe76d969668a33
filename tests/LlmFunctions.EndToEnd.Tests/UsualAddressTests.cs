using LlmFunctions.SelfHost;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Where the router listens when nobody says it, and that it stands back when somebody does.</summary>
public sealed class UsualAddressTests
{
    [Theory]
    [InlineData("", "http://localhost:7071")]
    [InlineData("--urls http://127.0.0.1:8000", "http://127.0.0.1:8000")]
    [InlineData("--http_ports 8080", null)]
    [InlineData("--https_ports 8443", null)]
    [InlineData("--Kestrel:Endpoints:Http:Url http://127.0.0.1:8000", null)]
    public async Task Build_AddressSettings_AreKept(string arguments, string? urls)
    {
        string[] always = ["--AzureWebJobsStorage", "UseDevelopmentStorage=true", "--Access:AllowAnonymous", "true"];
        await using var app = RouterHost.Build([.. always, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(urls, app.Configuration["urls"]);
    }
}
