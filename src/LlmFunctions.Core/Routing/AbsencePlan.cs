using System.Globalization;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Routing;

/// <summary>What happens to a request when nothing can be reached.</summary>
/// <param name="WaitUntil">How long to wait for a deployment to return.</param>
/// <param name="IsQueued">Whether the request is kept then; else it is refused.</param>
/// <param name="IsQueuedAtOnce">Whether it is kept without an attempt.</param>
/// <param name="AppliedPreference">What <c>Preference-Applied</c> says; null: the caller preferred nothing.</param>
internal sealed record AbsencePlan(DateTimeOffset WaitUntil, bool IsQueued, bool IsQueuedAtOnce, string? AppliedPreference)
{
    /// <param name="request">The request, with its preference.</param>
    /// <param name="model">The model, with its default.</param>
    /// <param name="mayQueue">Whether a request like this can be replayed by any endpoint.</param>
    /// <param name="begun">When the request came.</param>
    /// <param name="deadline">When an answer must have begun in any case.</param>
    public static AbsencePlan For(RouterRequest request, ModelConfig model, bool mayQueue, DateTimeOffset begun, DateTimeOffset deadline)
    {
        if (request.IsReplay)
            return new(begun, false, false, null);
        var (wait, isQueued) = model.WhenUnavailable switch
        {
            WhenUnavailable.Reject => (TimeSpan.Zero, false),
            WhenUnavailable.Queue => (model.Wait, true),
            _ => (model.Wait, false),
        };
        // A caller of a background response does not wait for its answer, only for its id.
        if (request.Call.Body.IsBackground)
            return new(begun, mayQueue && !request.Call.IsStreaming, false, null);
        var preference = mayQueue ? request.Preference : CallerPreference.None;
        var until = begun + (preference.Wait ?? wait);
        return new(
            until < deadline ? until : deadline,
            mayQueue && (isQueued || preference.AcceptsAsync),
            preference.RespondAsync,
            Describe(preference));
    }

    private static string? Describe(CallerPreference preference) => preference switch
    {
        { RespondAsync: true } => "respond-async",
        { Wait: { } wait } => string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds:0}"),
        _ => null,
    };
}
