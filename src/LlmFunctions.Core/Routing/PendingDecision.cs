using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Routing;

/// <summary>A decision on its way to the store.</summary>
internal sealed record PendingDecision(Decision Decision, string Owner, RequestEnd End, DateTimeOffset EndedAt)
{
    public KeptDecision ToKept()
    {
        var json = JsonSerializer.SerializeToNode(Decision, RoutingJson.Default.Decision)!.AsObject();
        // Since its answer began it may have been finished by another, or by nobody.
        if (Decision.Attempts.Any(attempt => attempt.Broke is not null))
            json["answeredBy"] = Decision.Attempts[^1] is { IsAnswered: true, Broke: null } last ? last.Deployment.ToString() : null;
        json["endedAt"] = JsonValue.Create(EndedAt);
        json["result"] = End.Result;
        json["status"] = End.Status;
        json["error"] = End.Error;
        return new(Decision.RequestId, Owner, json.ToJsonString());
    }
}
