namespace LlmFunctions.Core.Forwarding;

/// <summary>Takes the headers of an endpoint's answer that may reach the caller.</summary>
internal static class ResponseHeaders
{
    public static List<KeyValuePair<string, string>> Of(HttpResponseMessage response)
    {
        var connection = response.Headers.Connection;
        var kept = new List<KeyValuePair<string, string>>(16);
        Add(response.Headers.NonValidated);
        Add(response.Content.Headers.NonValidated);
        return kept;

        void Add(System.Net.Http.Headers.HttpHeadersNonValidated headers)
        {
            foreach (var (name, values) in headers)
            {
                if (!RelayedHeaders.MayReturn(name) || (connection.Count > 0 && connection.Contains(name, StringComparer.OrdinalIgnoreCase)))
                    continue;
                foreach (var value in values)
                    kept.Add(new(name, value));
            }
        }
    }
}
