using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Responses;

public sealed class DecisionHeadersTests
{
    private readonly HeaderDictionary _headers = [];

    [Fact]
    public void Write_Failover_TellsEveryAttempt()
    {
        AttemptRecord[] attempts =
        [
            new(new DeploymentId("gpt-4o", "east"), "timeout", TimeSpan.FromSeconds(10.04), false),
            new(new DeploymentId("gpt-4o", "payg"), "200", TimeSpan.FromSeconds(0.76), false),
        ];
        DecisionHeaders.Write(_headers, "req_1", Decision.Empty("req_1", "gpt-4o") with { HealthAge = TimeSpan.FromMilliseconds(312), Attempts = attempts });
        Assert.Equal("req_1", _headers["x-llm-request-id"]);
        Assert.Equal("payg", _headers["x-llm-endpoint"]);
        Assert.Equal("2", _headers["x-llm-attempts"]);
        Assert.Equal("east:timeout(10.0s), payg:200(0.8s)", _headers["x-llm-trail"]);
        Assert.Equal("0.312", _headers["x-llm-health-age"]);
    }

    [Fact]
    public void Write_NothingWasAsked_NamesNoEndpoint()
    {
        DecisionHeaders.Write(_headers, "req_1", Decision.Empty("req_1", "gpt-4o"));
        Assert.Equal("0", _headers["x-llm-attempts"]);
        Assert.Equal("unknown", _headers["x-llm-health-age"]);
        Assert.False(_headers.ContainsKey("x-llm-endpoint"));
        Assert.False(_headers.ContainsKey("x-llm-trail"));
    }

    [Fact]
    public void Write_NothingWasDecided_TellsTheIdAlone()
    {
        DecisionHeaders.Write(_headers, "req_1", null);
        Assert.Equal("x-llm-request-id", Assert.Single(_headers).Key);
    }
}
