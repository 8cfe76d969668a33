using LlmFunctions.Playground;
using Xunit;

namespace LlmFunctions.Testing;

/// <summary>
/// One Azurite in memory for a test assembly: <c>[assembly: AssemblyFixture(typeof(AzuriteFixture))]</c>. Tests share
/// it and keep apart by <see cref="NewPrefix"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..10];
    private AzuriteProcess? _azurite;
    private int _prefixes;

    public string ConnectionString => Azurite.ConnectionString;

    public int BlobPort => Azurite.BlobPort;

    public int QueuePort => Azurite.QueuePort;

    public int TablePort => Azurite.TablePort;

    private AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite has not been started.");

    /// <summary>The same account through other ports, such as a proxy's; what is left out keeps its own port.</summary>
    public string WithPorts(int? blob = null, int? queue = null, int? table = null) =>
        AzuriteConnectionString.For(blob ?? BlobPort, queue ?? QueuePort, table ?? TablePort);

    /// <summary>
    /// A new start for the names of tables, queues and containers, lower-case letters and digits, a letter first, at
    /// most 24 long. Example: t5f0c1e9a42x7.
    /// </summary>
    public string NewPrefix() => $"t{_run}x{Interlocked.Increment(ref _prefixes)}";

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
            await _azurite.DisposeAsync();
    }
}
