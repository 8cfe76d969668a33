using System.Text.Json;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary>A queued request as its caller sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Object">Always <c>request</c>.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>expired</c>, <c>cancelled</c> or <c>dead</c>.</param>
/// <param name="Model">The model that was asked for.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="ExpiresAt">From then on it is not run any more.</param>
/// <param name="FinishedAt">When it was done.</param>
/// <param name="Runs">How often it was begun.</param>
/// <param name="Postponed">How often it was put off because nothing was available.</param>
/// <param name="Failures">How often it failed while its deployments answered others.</param>
/// <param name="Reason">Why it is not done yet, or what ended it.</param>
/// <param name="AnswerStatus">The status of its answer.</param>
/// <param name="Response">Where its answer is, once there is one.</param>
/// <param name="Callback">Whether its callback was told.</param>
/// <param name="Decision">The decision of its last run.</param>
internal sealed record RequestView(
    string Id,
    string Object,
    string Status,
    string Model,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? FinishedAt,
    int Runs,
    int Postponed,
    int Failures,
    string? Reason,
    int? AnswerStatus,
    string? Response,
    RequestView.CallbackView? Callback,
    JsonElement? Decision)
{
    public static RequestView Of(QueuedRequest row) => new(
        row.Id,
        "request",
        StatusOf(row),
        row.Model,
        row.CreatedAt,
        row.ExpiresAt,
        row.FinishedAt,
        row.LeaseNumber,
        row.Postponed,
        row.Failures,
        row.Reason,
        row.AnswerStatus,
        row.AnswerLease is null ? null : $"{AcceptedWriter.LocationOf(row)}/response",
        row.Callback is null ? null : new(row.Callback.GetLeftPart(UriPartial.Path), NameOf(row.CallbackState), row.CallbackAttempts),
        row.Decision is null ? null : JsonElement.Parse(row.Decision));

    public static string StatusOf(QueuedRequest row) => NameOf(row.State);

    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    internal sealed record CallbackView(string Address, string Status, int Attempts);
}
