using LlmFunctions.Core.Health;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.FunctionApp.Tests;

public sealed class FunctionsDefaultsTests
{
    [Fact]
    public void All_NothingElseSaid_IsInForce()
    {
        using var host = FunctionAppServices.Build();

        Assert.Equal(TimeSpan.FromSeconds(220), host.Services.GetRequiredService<RoutingOptions>().AnswerWithin);
        Assert.Equal(TimeSpan.FromSeconds(5), host.Services.GetRequiredService<ProbingOptions>().Tick);
    }

    [Fact]
    public void All_SettingSaysOtherwise_StandsBack()
    {
        using var host = FunctionAppServices.Build(settings: ("Routing:AnswerWithin", "00:01:00"));

        Assert.Equal(TimeSpan.FromMinutes(1), host.Services.GetRequiredService<RoutingOptions>().AnswerWithin);
    }

    [Fact]
    public void Limits_OfTheWorkersServer_AreTheRouters()
    {
        using var host = FunctionAppServices.Build(settings: [("Http:MaxRequestBody", "1000"), ("Http:DrainLimit", "00:00:12")]);

        Assert.Equal(1000, host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
        Assert.Equal(TimeSpan.FromSeconds(12), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }
}
