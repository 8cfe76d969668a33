using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Infra.Tests;

/// <summary>What host.json says, against what the router promises and what its alerts read.</summary>
public sealed class HostSettingsTests(InfraFixture infra)
{
    private static readonly string File = Path.Combine(Paths.Repository, "host.json");
    private static readonly JsonNode Host = JsonNode.Parse(System.IO.File.ReadAllText(File))!;

    [Fact]
    public void Concurrency_OfTheQueues_IsThePaceOfADrain()
    {
        var queues = Host["extensions"]!["queues"]!;
        var serviceBus = Host["extensions"]!["serviceBus"]!;

        Assert.Equal((4, 4, 0), ((int)serviceBus["maxConcurrentCalls"]!, (int)queues["batchSize"]!, (int)queues["newBatchThreshold"]!));
        Assert.Equal(0, (int)serviceBus["prefetchCount"]!);
    }

    [Fact]
    public void Messages_AreCompletedByTheRouter_AndReadInItsEncoding()
    {
        Assert.False((bool)Host["extensions"]!["serviceBus"]!["autoCompleteMessages"]!);
        Assert.Equal("base64", (string?)Host["extensions"]!["queues"]!["messageEncoding"]);
    }

    [Fact]
    public void FunctionTimeout_CoversTheRenewalOfALock_AndThatTheLongestReplay()
    {
        var timeout = Time(Host["functionTimeout"]);
        var renewal = Time(Host["extensions"]!["serviceBus"]!["maxAutoLockRenewalDuration"]);

        Assert.True(timeout >= renewal, $"A lock is renewed for {renewal}, a function may run for {timeout}.");
        Assert.True(renewal >= TimeSpan.FromSeconds(180), "A replay has the deadline of its model.");
    }

    [Fact]
    public void Http_HasNoPrefixAndNoLimitOfTheHosts()
    {
        var http = Host["extensions"]!["http"]!;

        Assert.Equal("", (string?)http["routePrefix"]);
        Assert.Equal((-1, -1, false), ((int)http["maxOutstandingRequests"]!, (int)http["maxConcurrentRequests"]!, (bool)http["dynamicThrottlesEnabled"]!));
    }

    /// <summary>A function's own lines have the category <c>Function.{name}.User</c>; what host.json holds back never reaches an alert.</summary>
    [Fact]
    public void LogLevels_LetEveryLineOfTheQueriesThrough_FromEveryFunction()
    {
        using var log = Log();
        var patterns = infra.Default.All("Microsoft.Insights/scheduledQueryRules").Select(alert => (string)alert["properties"]!["criteria"]!["allOf"]![0]!["query"]!)
            .SelectMany(LogLineTests.PatternsIn).ToArray();
        var counted = LogLine.All.Where(line => patterns.Any(pattern => Regex.IsMatch(line.Text, pattern))).ToArray();

        Assert.True(counted.Length >= 8, $"Only {counted.Length} lines are counted.");
        foreach (var function in FunctionSources.Names)
            Assert.All(counted, line => Assert.True(log.CreateLogger($"Function.{function}.User").IsEnabled(line.Level), $"{function} holds back: {line}"));
    }

    [Fact]
    public void LogLevels_HoldBackTheHostsTwoLinesPerInvocation_ButNotTheRequests()
    {
        using var log = Log();

        Assert.All(FunctionSources.Names, function => Assert.False(log.CreateLogger($"Function.{function}").IsEnabled(LogLevel.Information), function));
        Assert.All(FunctionSources.Names, function => Assert.True(log.CreateLogger($"Function.{function}").IsEnabled(LogLevel.Error), function));
        // The table of requests, which "server-errors" counts.
        Assert.True(log.CreateLogger("Host.Results").IsEnabled(LogLevel.Information));
    }

    /// <summary>The alerts count lines, so none may be left out; requests carry how many they stand for.</summary>
    [Fact]
    public void Sampling_LeavesOutNoLine()
    {
        var excluded = ((string)Host["logging"]!["applicationInsights"]!["samplingSettings"]!["excludedTypes"]!).Split(';');

        Assert.Equal(["Event", "Exception", "Trace"], excluded.Order(StringComparer.Ordinal));
        Assert.Contains("sum(itemCount)", AlertTests.QueryOf(infra.Default, "server-errors"), StringComparison.Ordinal);
    }

    // The rules of host.json are those of Microsoft.Extensions.Logging: the longest prefix of a category counts.
    private static ILoggerFactory Log() => LoggerFactory.Create(builder => builder
        .AddProvider(new EverythingProvider())
        .AddConfiguration(new ConfigurationBuilder().AddJsonFile(File).Build().GetSection("logging")));

    private static TimeSpan Time(JsonNode? text) => TimeSpan.Parse((string)text!, CultureInfo.InvariantCulture);

    private sealed class EverythingProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
