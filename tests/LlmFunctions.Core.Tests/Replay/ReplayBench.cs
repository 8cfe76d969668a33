using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Catalog;
using LlmFunctions.Core.Tests.Fallback;
using LlmFunctions.Core.Tests.Health;
using LlmFunctions.Core.Tests.Health.Availability;
using LlmFunctions.Core.Tests.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Replay;

/// <summary>Replayer and sweeper over a ledger in memory. There is no catalog, so that every run is put off.</summary>
internal sealed class ReplayBench : IDisposable
{
    public const string Id = "req_1";

    private readonly ServiceProvider _services;

    /// <param name="settings">Over the defaults.</param>
    public ReplayBench(IReadOnlyDictionary<string, string?>? settings = null)
    {
        Time.SetUtcNow(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<Random>(new EvenRandom());
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { ContentRootPath = AppContext.BaseDirectory });
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<ILogger<LedgerSweeper>>(SweeperLog);
        services.AddSingleton<ICatalogStore>(new FakeCatalogStore());
        services.AddSingleton<IHealthStore>(new FakeHealthStore());
        services.AddSingleton<IProbeLedger>(new FakeProbeLedger());
        services.AddSingleton<IAvailabilityStore>(Availability);
        services.AddSingleton<IDecisionStore>(Decisions);
        services.AddSingleton<IRequestLedger>(Ledger);
        services.AddSingleton<IIdempotencyStore>(Keys);
        services.AddSingleton<IFallbackQueue>(Queue);
        services.AddSingleton<IEntraTokens>(new NoTokens());
        services.AddRouterCore(new ConfigurationBuilder().AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build());
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeRequestLedger Ledger { get; } = new();

    public FakeIdempotencyStore Keys { get; } = new();

    public FakeFallbackQueue Queue { get; } = new();

    public FakeAvailabilityStore Availability { get; } = new();

    public FakeDecisionStore Decisions { get; } = new();

    public RouterSweeper RouterSweeper => _services.GetRequiredService<RouterSweeper>();

    public Health.ListLogger<LedgerSweeper> SweeperLog { get; } = new();

    public QueuedRequest Row => Ledger[Id];

    public TimeSpan Grace => _services.GetRequiredService<RoutingOptions>().MessageGrace;

    public ReplayOptions Options => _services.GetRequiredService<ReplayOptions>();

    public DeadLetters DeadLetters => _services.GetRequiredService<DeadLetters>();

    public RequestTransitions Transitions => _services.GetRequiredService<RequestTransitions>();

    public QueuedRequests Requests => _services.GetRequiredService<QueuedRequests>();

    public CallbackOptions Callbacks => _services.GetRequiredService<CallbackOptions>();

    private IReplayTarget Replayer => _services.GetRequiredService<IReplayTarget>();

    private LedgerSweeper Sweeper => _services.GetRequiredService<LedgerSweeper>();

    /// <summary>As the router queues it, its message sent.</summary>
    public async Task QueueAsync(Func<QueuedRequest, QueuedRequest>? change = null)
    {
        var row = new QueuedRequest
        {
            Id = Id,
            Owner = "a",
            Model = "m",
            Method = "POST",
            Path = "/v1/chat/completions",
            CreatedAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow() + TimeSpan.FromHours(24),
            DueAt = Time.GetUtcNow() + Grace,
            MessageNumber = 1,
        };
        await Ledger.AddAsync(change?.Invoke(row) ?? row, Encoding.UTF8.GetBytes("""{"model":"m"}"""), CancellationToken.None);
    }

    /// <summary>The message <c>{id}.{number}</c> arrives.</summary>
    public Task ReceiveAsync(int number) => Replayer.ReplayAsync(new(Id, number), CancellationToken.None);

    public Task<int> SweepAsync() => Sweeper.RunOnceAsync(CancellationToken.None);

    public void Dispose() => _services.Dispose();

    private sealed class NoTokens : IEntraTokens
    {
        public ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken) =>
            throw new EntraTokenException("none", new IOException());
    }
}
