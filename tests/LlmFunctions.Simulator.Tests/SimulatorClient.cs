using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Simulator.Tests;

/// <summary>A caller of one simulated endpoint.</summary>
internal sealed class SimulatorClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler());
    private readonly CancellationTokenSource _hangUp = CancellationTokenSource.CreateLinkedTokenSource(Limit);
    private readonly Uri _address;

    public SimulatorClient(Uri address) => _address = address;

    public static CancellationToken Limit => TestContext.Current.CancellationToken;

    public static object Chat(string prompt = "Hello", bool stream = false, string model = "gpt-4o") =>
        new { model, stream, messages = new[] { new { role = "user", content = prompt } } };

    public static object Message(string prompt = "Hello", bool stream = false, string model = "claude") =>
        new { model, stream, max_tokens = 100, messages = new[] { new { role = "user", content = prompt } } };

    public Task<HttpResponseMessage> PostAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), headers);

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _invoker.SendAsync(request, _hangUp.Token);
    }

    public async Task<JsonNode> PostForJsonAsync(string path, object body)
    {
        using var response = await PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(Limit);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(new MediaTypeHeaderValue("application/json"), response.Content.Headers.ContentType);
        return JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> GetJsonAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(path, headers);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Limit))!;
    }

    /// <summary>The events until the stream ends or breaks.</summary>
    public async Task<ReceivedStream> PostForEventsAsync(string path, object body)
    {
        using var response = await PostAsync(path, body);
        return await ReceivedStream.ReadAsync(response, Limit);
    }

    /// <summary>Drops every request that is waiting for its headers.</summary>
    public void HangUp() => _hangUp.Cancel();

    public void Dispose()
    {
        HangUp();
        _hangUp.Dispose();
        _invoker.Dispose();
    }
}
