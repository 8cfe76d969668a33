using System.Text;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Takes the headers of an endpoint's answer that may reach the caller.</summary>
internal static class ResponseHeaders
{
    public static List<KeyValuePair<string, string>> Of(HttpResponseMessage response)
    {
        var (general, content) = (response.Headers.NonValidated, response.Content.Headers.NonValidated);
        // Parsed only where it is there, which is next to never.
        var connection = general.Contains("Connection") ? response.Headers.Connection : null;
        var kept = new List<KeyValuePair<string, string>>(general.Count + content.Count);
        Add(general);
        Add(content);
        return kept;

        void Add(System.Net.Http.Headers.HttpHeadersNonValidated headers)
        {
            foreach (var (name, values) in headers)
            {
                if (!RelayedHeaders.MayReturn(name) || connection?.Contains(name, StringComparer.OrdinalIgnoreCase) == true)
                    continue;
                foreach (var value in values)
                {
                    // What is no text of a header cannot be passed on, and is not worth the answer.
                    if (Ascii.IsValid(value) && value.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0)
                        kept.Add(new(name, value));
                }
            }
        }
    }
}
