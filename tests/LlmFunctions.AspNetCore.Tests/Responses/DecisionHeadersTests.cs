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
        DecisionHeaders.Write(_headers, "req_1", Decision.Empty("req_1", "gpt-4o") with { HealthAge = TimeSpan.FromMilliseconds(312), Attempts = attempts, AnsweredBy = attempts[1].Deployment });
        Assert.Equal("req_1", _headers["x-llm-request-id"]);
        Assert.Equal("payg", _headers["x-llm-endpoint"]);
        Assert.Equal("gpt-4o", _headers["x-llm-model"]);
        Assert.Equal("2", _headers["x-llm-attempts"]);
        Assert.Equal("east:timeout(10.0s), payg:200(0.8s)", _headers["x-llm-trail"]);
        Assert.Equal("0.312", _headers["x-llm-health-age"]);
    }

    [Fact]
    public void Write_EveryAttemptFailed_NamesNoEndpointAndNoModel()
    {
        AttemptRecord[] attempts = [new(new DeploymentId("gpt-4o", "east"), "503", TimeSpan.FromSeconds(1), false)];
        DecisionHeaders.Write(_headers, "req_1", Decision.Empty("req_1", "gpt-4o") with { Attempts = attempts });
        Assert.Equal("1", _headers["x-llm-attempts"]);
        Assert.Equal("east:503(1.0s)", _headers["x-llm-trail"]);
        Assert.False(_headers.ContainsKey("x-llm-endpoint"));
        Assert.False(_headers.ContainsKey("x-llm-model"));
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
