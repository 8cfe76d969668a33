using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LlmFunctions.Benchmarks.Load;
using LlmFunctions.Benchmarks.Report;
using LlmFunctions.Benchmarks.Subjects;
using LlmFunctions.Playground;

namespace LlmFunctions.Benchmarks.ColdStart;

/// <summary>From the start of a process to its first answer: the published router with and without ReadyToRun, and an empty ASP.NET Core app, in turn.</summary>
internal sealed class ColdStartBenchmark(Plan plan, TextWriter output)
{
    private const string Empty = "empty app";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        string[] names = [Empty, "router", "router, ReadyToRun"];
        var compiled = await PublishedRouter.PublishAsync(Path.Combine(folder.Path, "r2r"), readyToRun: true);
        var plain = await PublishedRouter.PublishAsync(Path.Combine(folder.Path, "plain"), readyToRun: false);
        await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true }, CancellationToken.None);
        await using var endpoint = await Subject.StartAsync("endpoint", "serve-endpoint");
        var settings = PublishedRouter.Settings(endpoint.Address, azurite.ConnectionString);
        Func<Uri, ProcessStartInfo>[] starts =
        [
            address => new(Environment.ProcessPath!, ["serve-empty", address.AbsoluteUri]),
            address => PublishedRouter.Start(plain, address, settings),
            address => PublishedRouter.Start(compiled, address, settings),
        ];

        var times = names.Select(_ => new List<double>()).ToArray();
        // The first round brings the programs into the file cache, and the catalog into the storage.
        for (var round = -1; round < plan.Rounds; round++)
        {
            for (var i = 0; i < starts.Length; i++)
            {
                var time = await MeasureAsync(starts[i]);
                if (round >= 0)
                    times[i].Add(time.TotalMilliseconds);
            }
        }

        await output.WriteLineAsync($"From the start of a process to its first answer, ms; medians over {plan.Rounds} rounds (least to most)");
        for (var i = 0; i < names.Length; i++)
        {
            var series = new Series(times[i]);
            var ratio = series.Over(new(times[0]));
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  {names[i],-20}{series.Median,6:0} ({series.Least:0} to {series.Most:0})   {ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Most:0.00}) of the empty app"));
        }
    }

    private static async Task<TimeSpan> MeasureAsync(Func<Uri, ProcessStartInfo> start)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/"));
        var info = start(address);
        info.RedirectStandardInput = info.RedirectStandardOutput = true;
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(info)!;
        process.BeginOutputReadLine();
        try
        {
            await FirstAnswerAsync(address, begun);
            return Stopwatch.GetElapsedTime(begun);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task FirstAnswerAsync(Uri address, long begun)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Patience };
        while (true)
        {
            try
            {
                using var content = new StringContent(ChatBody.Whole, Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(FastEndpoint.ChatPath, content);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw new InvalidDataException($"The first answer was {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
                return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2));
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
