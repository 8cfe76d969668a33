namespace LlmFunctions.Simulator;

/// <summary>A simulated LLM endpoint on a port of its own.</summary>
public sealed class SimulatedEndpoint : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Listener? _api;
    private Listener? _control;
    private bool _isStopped;

    private SimulatedEndpoint(SimulatorOptions options)
    {
        Name = options.Name;
        Settings = new SimulatorSettings(options);
        Faults = new FaultSchedule(options.TimeProvider, MoveDoor);
        Hooks = new StandbyHooks(options, StopAsync, RestartAsync, IsStopped);
        _isStopped = options.BeginsStopped;
    }

    public string Name { get; }

    /// <summary>Where the API listens, e.g. <c>http://127.0.0.1:5001/</c>; it stays the same for life.</summary>
    public Uri Address => _api!.Address;

    /// <summary>Where <c>/_simulator/*</c> listens.</summary>
    public Uri ControlAddress => _control!.Address;

    public FaultSchedule Faults { get; }

    public RequestCounters Counters { get; } = new();

    public SimulatorSettings Settings { get; }

    /// <summary>What starts and stops it from outside, on the control port.</summary>
    public StandbyHooks Hooks { get; }

    /// <summary>False while it is stopped or refuses.</summary>
    public bool IsListening => _api!.Door.IsOpen;

    public static async Task<SimulatedEndpoint> StartAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        var endpoint = new SimulatedEndpoint(options);
        var api = new SimulatedApi(options, endpoint.Settings, endpoint.Faults, endpoint.Counters);
        try
        {
            endpoint._api = await Listener.StartAsync(options.ListenOn, options.Port, api.HandleAsync, cancellationToken, options.BeginsStopped);
            endpoint._control = await Listener.StartAsync(options.ListenOn, options.ControlPort, new ControlApi(endpoint).HandleAsync, cancellationToken);
            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it: nothing listens any more and every connection is reset. The control port goes on.</summary>
    public Task StopAsync()
    {
        lock (_lock)
            _isStopped = true;
        MoveDoor();
        return Task.CompletedTask;
    }

    /// <summary>Drops every connection and listens again on the same port, unless a refusal is in force.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        lock (_lock)
            _isStopped = false;
        MoveDoor();
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Dispose();
        Hooks.Dispose();
        if (_api is not null)
            await _api.DisposeAsync();
        if (_control is not null)
            await _control.DisposeAsync();
    }

    private bool IsStopped()
    {
        lock (_lock)
            return _isStopped;
    }

    private void MoveDoor()
    {
        lock (_lock)
        {
            if (_api is null)
                return;
            if (_isStopped || Faults.IsRefusing)
                _api.Door.Close();
            else
                _api.Door.Open();
        }
    }
}
