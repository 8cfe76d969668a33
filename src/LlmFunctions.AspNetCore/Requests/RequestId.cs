namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Names requests, so that later ones sort behind earlier ones.</summary>
internal static class RequestId
{
    public static string New() => $"req_{Guid.CreateVersion7():N}";
}
