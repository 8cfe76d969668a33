using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>Callers are told that their queued request is done; nobody else is reached by that.</summary>
public sealed class CallbackTests(AzuriteFixture azurite)
{
    private const string Secret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    [Fact]
    public async Task Callback_RequestDone_IsDeliveredWithItsSignature()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await QueueWorld.StartAsync(azurite, settings: Settings(allowPrivate: true));
        var location = await world.Router.Http.QueueChatAsync("tell me", headers: ("x-llm-callback", $"{receiver.Address}hook"));
        await Eventually.IsTrueAsync(() => !receiver.Received.IsEmpty, QueueWorld.Patience);

        var (headers, body) = receiver.Received.Single();
        var id = location.Split('/')[^1];
        Assert.Equal(id, headers["webhook-id"]);
        var signed = Encoding.UTF8.GetBytes($"{id}.{headers["webhook-timestamp"]}.{body}");
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed));
        Assert.Equal($"v1,{expected}", headers["webhook-signature"]);
        Assert.Equal(("request.succeeded", id), ((string?)JsonNode.Parse(body)!["type"], (string?)JsonNode.Parse(body)!["data"]!["id"]));
        await Eventually.IsTrueAsync(async () => (string?)(await world.Router.Http.StateAsync(location))["callback"]!["status"] == "delivered", QueueWorld.Patience);
    }

    [Fact]
    public async Task Callback_ReceiverFailsFirst_IsSentAgain()
    {
        await using var receiver = await Receiver.StartAsync(failures: 1);
        await using var world = await QueueWorld.StartAsync(azurite, settings: Settings(allowPrivate: true));
        var location = await world.Router.Http.QueueChatAsync("tell me twice", headers: ("x-llm-callback", $"{receiver.Address}hook"));
        await Eventually.IsTrueAsync(async () => (string?)(await world.Router.Http.StateAsync(location))["callback"]!["status"] == "delivered", QueueWorld.Patience);
        Assert.Equal(2, receiver.Received.Count);
    }

    [Theory]
    [InlineData("https://elsewhere.example/hook")]
    [InlineData("http://localhost/hook")]
    [InlineData("not an address")]
    public async Task Callback_NotAllowed_Is400(string callback)
    {
        await using var world = await QueueWorld.StartAsync(azurite, settings: Settings(allowPrivate: false));
        var reply = await world.Router.Http.ChatAsync("x", headers: [("Prefer", "respond-async"), ("x-llm-callback", callback)]);
        Assert.Equal((400, true), (reply.Status, reply.Body.Contains("callback_not_allowed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Callback_NameThatResolvesToAPrivateAddress_IsNeverReached()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await QueueWorld.StartAsync(azurite, settings: Settings(allowPrivate: false));
        var location = await world.Router.Http.QueueChatAsync("inside", headers: ("x-llm-callback", $"https://localhost:{receiver.Address.Port}/hook"));
        await world.Router.Http.UntilAsync(location, "succeeded");
        await Eventually.IsTrueAsync(async () => (int)(await world.Router.Http.StateAsync(location))["callback"]!["attempts"]! > 0, QueueWorld.Patience);
        Assert.Equal("pending", (string?)(await world.Router.Http.StateAsync(location))["callback"]!["status"]);
        Assert.Equal(0, receiver.Connections);
    }

    private static Dictionary<string, string?> Settings(bool allowPrivate) => new()
    {
        ["Callbacks:AllowedHosts"] = "localhost,127.0.0.1",
        ["Callbacks:Secret"] = "env:CALLBACK_SECRET",
        ["Callbacks:AllowPrivateAddresses"] = allowPrivate ? "true" : "false",
        ["CALLBACK_SECRET"] = Secret,
    };

    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _failures;
        private int _connections;

        private Receiver(WebApplication app, int failures) => (_app, _failures) = (app, failures);

        public Uri Address => new(_app.Urls.First());

        public int Connections => _connections;

        public ConcurrentQueue<(Dictionary<string, string> Headers, string Body)> Received { get; } = [];

        public static async Task<Receiver> StartAsync(int failures = 0)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            Receiver? receiver = null;
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection =>
            {
                Interlocked.Increment(ref receiver!._connections);
                return next(connection);
            })));
            var app = builder.Build();
            receiver = new Receiver(app, failures);
            app.MapPost("/hook", receiver.TakeAsync);
            await app.StartAsync();
            return receiver;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            Received.Enqueue((context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
            context.Response.StatusCode = Interlocked.Decrement(ref _failures) >= 0 ? (int)HttpStatusCode.InternalServerError : 204;
        }
    }
}
