using System.Net.Sockets;
using System.Text;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class OutcomeClassifierTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    [Fact]
    public void FromStatus_EndlessCode_IsAShortReasonWithoutControlCharacters()
    {
        var body = $$$"""{"error":{"code":"bad\nkey {{{new string('x', 40_000)}}}"}}""";
        var wrong = Assert.IsType<AttemptOutcome.Misconfigured>(FromStatus(401, body, null));
        Assert.StartsWith("401 bad?key xxx", wrong.Reason, StringComparison.Ordinal);
        Assert.Equal(104, wrong.Reason.Length);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(529)]
    [InlineData(408)]
    public void FromStatus_ServersFault_IsAFailure(int status) =>
        Assert.Equal(new AttemptOutcome.Failed(FailureKind.Status, $"{status}"), FromStatus(status, "{}"));

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void FromStatus_WithATimeToWait_IsThrottled(int status) =>
        Assert.Equal(new AttemptOutcome.Throttled(Wait, status), FromStatus(status, "{}", Wait));

    [Fact]
    public void FromStatus_429WithoutATime_IsThrottledAllTheSame() =>
        Assert.Equal(new AttemptOutcome.Throttled(null, 429), FromStatus(429, "{}"));

    [Theory]
    [InlineData(401, "{}")]
    [InlineData(403, "{}")]
    [InlineData(402, "{}")]
    [InlineData(301, "")]
    [InlineData(404, """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}""")]
    [InlineData(404, """{"error":{"code":"model_not_found","type":"invalid_request_error","message":"The model `x` does not exist"}}""")]
    [InlineData(404, """{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}""")]
    [InlineData(404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}""")]
    [InlineData(429, """{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}""")]
    [InlineData(400, """{"error":{"code":"billing_hard_limit_reached","message":"Billing hard limit has been reached"}}""")]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}""")]
    public void FromStatus_KeyNameOrCredit_IsMisconfigured(int status, string body) =>
        Assert.IsType<AttemptOutcome.Misconfigured>(FromStatus(status, body, Wait));

    [Theory]
    [InlineData(400, """{"error":{"code":"context_length_exceeded","message":"too long"}}""", CallersErrorKind.ContextLength)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 200001 tokens > 200000 maximum"}}""", CallersErrorKind.ContextLength)]
    [InlineData(400, """{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}""", CallersErrorKind.ContextLength)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"}}""", CallersErrorKind.ContextLength)]
    [InlineData(400, """{"error":{"code":null,"message":"Your input exceeds the context window of this model."}}""", CallersErrorKind.ContextLength)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"Output blocked by content filtering policy"}}""", CallersErrorKind.ContentFilter)]
    [InlineData(400, """{"error":{"code":"content_filter","message":"filtered","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", CallersErrorKind.ContentFilter)]
    [InlineData(400, """{"error":{"code":"content_policy_violation","message":"no"}}""", CallersErrorKind.ContentFilter)]
    [InlineData(400, """{"error":{"code":"unknown_parameter","message":"no"}}""", CallersErrorKind.Other)]
    [InlineData(404, "<html>not here</html>", CallersErrorKind.Other)]
    [InlineData(409, "{}", CallersErrorKind.Other)]
    [InlineData(413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}""", CallersErrorKind.Other)]
    [InlineData(422, "not json", CallersErrorKind.Other)]
    public void FromStatus_CallersFault_IsTheCallersError(int status, string body, CallersErrorKind kind)
    {
        var outcome = Assert.IsType<AttemptOutcome.CallersError>(FromStatus(status, body, Wait));
        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(body, Encoding.UTF8.GetString(outcome.Answer.Body.Span));
    }

    [Theory]
    [InlineData(404, "{}", true, CallersErrorKind.StoredAnswerNotFound)]
    [InlineData(400, """{"error":{"code":"previous_response_not_found","message":"no"}}""", true, CallersErrorKind.StoredAnswerNotFound)]
    [InlineData(400, """{"error":{"param":"previous_response_id","message":"no"}}""", true, CallersErrorKind.StoredAnswerNotFound)]
    [InlineData(404, "{}", false, CallersErrorKind.Other)]
    public void FromStatus_StoredAnswer_IsToldApartOnlyWhenAskedFor(int status, string body, bool asksForStored, CallersErrorKind kind)
    {
        var answer = new EndpointAnswer(status, [], Encoding.UTF8.GetBytes(body));
        Assert.Equal(kind, Assert.IsType<AttemptOutcome.CallersError>(OutcomeClassifier.FromStatus(answer, null, asksForStored)).Kind);
    }

    [Theory]
    [InlineData("""{"error":{"message":"engine crashed","type":"server_error"}}""", typeof(AttemptOutcome.Failed))]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", typeof(AttemptOutcome.Failed))]
    [InlineData("""{"error":{"code":"rate_limit_exceeded","message":"slow down"}}""", typeof(AttemptOutcome.Throttled))]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}""", typeof(AttemptOutcome.Throttled))]
    [InlineData("""{"error":{"code":"insufficient_quota","message":"pay"}}""", typeof(AttemptOutcome.Misconfigured))]
    [InlineData("""{"error":{"code":"content_filter","message":"no"}}""", typeof(AttemptOutcome.CallersError))]
    [InlineData("""{"type":"response.failed","response":{"error":{"code":"server_error","message":"x"}}}""", typeof(AttemptOutcome.Failed))]
    [InlineData("""{"error":"broken"}""", typeof(AttemptOutcome.Failed))]
    public void FromErrorInside_ByItsCode_IsWhatTheStatusWouldHaveSaid(string json, Type expected) =>
        Assert.IsType(expected, OutcomeClassifier.FromErrorInside(Encoding.UTF8.GetBytes(json), () => new EndpointAnswer(400, [], default)));

    public static TheoryData<Exception, FailureKind, string> Exceptions => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException(111)), FailureKind.Connection, "refused" },
        { new HttpRequestException(HttpRequestError.NameResolutionError, "dns"), FailureKind.Connection, "dns" },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "tls"), FailureKind.Connection, "tls" },
        { new TaskCanceledException("connect", new TimeoutException()), FailureKind.Connection, "connect-timeout" },
        { new HttpRequestException(HttpRequestError.ResponseEnded, "ended"), FailureKind.Reset, "reset" },
        { new IOException("reset"), FailureKind.Reset, "reset" },
        { new InvalidDataException("too long"), FailureKind.Malformed, "malformed" },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void FromException_ByItsCause_IsAFailureOfThatKind(Exception exception, FailureKind kind, string label) =>
        Assert.Equal(new AttemptOutcome.Failed(kind, label), OutcomeClassifier.FromException(exception));

    private static AttemptOutcome FromStatus(int status, string body, TimeSpan? wait = null) =>
        OutcomeClassifier.FromStatus(new EndpointAnswer(status, [], Encoding.UTF8.GetBytes(body)), wait, asksForStored: false);
}
