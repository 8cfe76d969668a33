using System.Text.Json.Nodes;
using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.Core.Fallback;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Queue;

public sealed class BackgroundResponsesTests
{
    private static readonly DateTimeOffset Queued = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Theory]
    [InlineData("Queued", "queued")]
    [InlineData("Running", "in_progress")]
    [InlineData("Succeeded", "completed")]
    public async Task WriteAsync_WhateverItsState_WasCreatedWhenItWasQueued(string state, string status)
    {
        var row = Row with { State = Enum.Parse<RequestState>(state) };
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await BackgroundResponses.WriteAsync(context, row, new StoredResponse(200, [], """{"id":"resp_1","created_at":1800000000,"status":"completed"}"""u8.ToArray()));

        context.Response.Body.Position = 0;
        var response = (await JsonNode.ParseAsync(context.Response.Body, cancellationToken: TestContext.Current.CancellationToken))!;
        Assert.Equal(
            ("resp_req_1", status, 1_700_000_000L),
            ((string)response["id"]!, (string)response["status"]!, (long)response["created_at"]!));
    }

    private static QueuedRequest Row => new()
    {
        Id = "req_1",
        Owner = "team-a",
        Model = "m",
        Method = "POST",
        Path = "/v1/responses",
        CreatedAt = Queued,
        ExpiresAt = Queued.AddHours(24),
        DueAt = Queued,
    };
}
