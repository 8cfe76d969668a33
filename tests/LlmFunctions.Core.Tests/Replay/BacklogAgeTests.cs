using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Tests.Health;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class BacklogAgeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly FakeRequestLedger _ledger = new();
    private readonly ListLogger<BacklogAge> _logger = new();
    private readonly BacklogAge _age;

    public BacklogAgeTests() => _age = new(_ledger, _time, _logger);

    [Fact]
    public async Task Tell_NothingSeen_WritesNothing()
    {
        await _age.TellAsync(CancellationToken.None);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task Tell_SeveralSeen_TellsOfTheOldestAtEachSweep()
    {
        _age.Note(await AddAsync("req_2", Start + TimeSpan.FromSeconds(30)));
        _age.Note(await AddAsync("req_1", Start));
        _age.Note(await AddAsync("req_3", Start + TimeSpan.FromSeconds(60)));

        _time.Advance(TimeSpan.FromSeconds(900));
        await _age.TellAsync(CancellationToken.None);
        // What stays unread is not looked at by every sweep.
        _time.Advance(TimeSpan.FromSeconds(15));
        await _age.TellAsync(CancellationToken.None);

        Assert.Equal(
            [(LogLevel.Information, "The oldest unfinished request, req_1 for m, has waited 900 s"), (LogLevel.Information, "The oldest unfinished request, req_1 for m, has waited 915 s")],
            _logger.Lines);
    }

    [Fact]
    public async Task Tell_TheOldestFinished_WritesNothingUntilAnotherIsSeen()
    {
        var oldest = await AddAsync("req_1", Start);
        _age.Note(oldest);
        await _ledger.TryUpdateAsync(oldest with { State = RequestState.Succeeded }, CancellationToken.None);

        await _age.TellAsync(CancellationToken.None);
        Assert.Empty(_logger.Lines);

        _age.Note(await AddAsync("req_2", Start + TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromSeconds(90));
        await _age.TellAsync(CancellationToken.None);
        Assert.Equal(["The oldest unfinished request, req_2 for m, has waited 60 s"], _logger.Lines.Select(line => line.Message));
    }

    [Theory]
    [InlineData(RequestState.Succeeded)]
    [InlineData(RequestState.Dead)]
    [InlineData(RequestState.Cancelled)]
    public async Task Tell_OnlyFinishedSeen_WritesNothing(RequestState state)
    {
        _age.Note(await AddAsync("req_1", Start, state));
        _time.Advance(TimeSpan.FromHours(1));
        await _age.TellAsync(CancellationToken.None);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task Tell_ARowThatCannotBeReadAnyMore_IsForgotten()
    {
        _age.Note(await AddAsync("req_1", Start));
        _ledger.Unreadable = "req_1";

        await Assert.ThrowsAsync<InvalidDataException>(() => _age.TellAsync(CancellationToken.None));
        await _age.TellAsync(CancellationToken.None);
        Assert.Empty(_logger.Lines);
    }

    private Task<QueuedRequest> AddAsync(string id, DateTimeOffset createdAt, RequestState state = RequestState.Queued) => _ledger.AddAsync(
        new()
        {
            Id = id,
            Owner = "a",
            Model = "m",
            Method = "POST",
            Path = "/v1/chat/completions",
            State = state,
            CreatedAt = createdAt,
            ExpiresAt = createdAt + TimeSpan.FromHours(24),
            DueAt = createdAt + TimeSpan.FromMinutes(1),
        },
        "{}"u8.ToArray(),
        CancellationToken.None);
}
