namespace LlmFunctions.Simulator;

/// <summary>Errors in the shape of each API.</summary>
internal static class ErrorReply
{
    public static Reply Of(ApiShape shape, int status, string? code = null, string? message = null) =>
        new(status, "application/json", Body(shape, status, code, message));

    public static byte[] Body(ApiShape shape, int status, string? code = null, string? message = null)
    {
        message ??= $"Simulated error {status}{(code is null ? "" : $" ({code})")}.";
        return shape switch
        {
            ApiShape.Anthropic => Json.Bytes(new
            {
                type = "error",
                error = new { type = AnthropicType(status), message },
                request_id = $"req_{Guid.NewGuid():N}",
            }),
            ApiShape.Azure => Json.Bytes(new { error = new { code = code ?? AzureCode(status), message } }),
            _ => Json.Bytes(new { error = new { message, type = OpenAIType(status, code), param = (string?)null, code = code ?? OpenAICode(status) } }),
        };
    }

    public static Reply UnknownModel(ApiPath path, string model) => path.Shape switch
    {
        ApiShape.Azure => Of(path.Shape, 404, "DeploymentNotFound", "The API deployment for this resource does not exist."),
        ApiShape.Anthropic => Of(path.Shape, 404, null, $"model: {model}"),
        _ => Of(path.Shape, 404, "model_not_found", $"The model `{model}` does not exist or you do not have access to it."),
    };

    public static Reply PreviousResponse(string id) => Reply.Json(
        new
        {
            error = new
            {
                message = $"Previous response with id '{id}' not found.",
                type = "invalid_request_error",
                param = "previous_response_id",
                code = "previous_response_not_found",
            },
        }, 400);

    public static Reply ContextLength(ApiShape shape) => shape == ApiShape.Anthropic
        ? Of(shape, 400, null, "prompt is too long: 200001 tokens > 200000 maximum")
        : Reply.Json(
            new
            {
                error = new
                {
                    message = "This model's maximum context length is 128000 tokens. However, your messages resulted in 128001 tokens.",
                    type = "invalid_request_error",
                    param = "messages",
                    code = "context_length_exceeded",
                },
            }, 400);

    public static Reply ContentFilter(ApiShape shape, string? code)
    {
        if (shape == ApiShape.Anthropic)
            return Of(shape, 400, null, "Output blocked by content filtering policy");
        if (code is not (null or "content_filter"))
            return Of(ApiShape.OpenAI, 400, code, "Your request was rejected as a result of our safety system.");
        var passed = new { filtered = false, severity = "safe" };
        return Reply.Json(
            new
            {
                error = new
                {
                    message = "The response was filtered due to the prompt triggering content management policy.",
                    type = (string?)null,
                    param = "prompt",
                    code = "content_filter",
                    status = 400,
                    innererror = new
                    {
                        code = "ResponsibleAIPolicyViolation",
                        content_filter_result = new { hate = passed, self_harm = passed, sexual = passed, violence = new { filtered = true, severity = "medium" } },
                    },
                },
            }, 400);
    }

    public static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    private static string OpenAIType(int status, string? code) => (status, code) switch
    {
        (_, "insufficient_quota") => "insufficient_quota",
        (429, _) => "rate_limit_error",
        ( >= 500, _) => "server_error",
        _ => "invalid_request_error",
    };

    private static string? OpenAICode(int status) => status switch
    {
        401 => "invalid_api_key",
        429 => "rate_limit_exceeded",
        _ => null,
    };

    private static string AzureCode(int status) => status switch
    {
        401 => "401",
        403 => "AuthenticationTypeDisabled",
        429 => "RateLimitReached",
        500 => "InternalServerError",
        503 => "ServiceUnavailable",
        _ => status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
