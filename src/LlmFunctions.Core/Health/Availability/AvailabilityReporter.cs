namespace LlmFunctions.Core.Health.Availability;

/// <summary>Tells an operator how available everything was. What fails to reach the storage throws <see cref="StorageUnavailableException"/>.</summary>
public sealed class AvailabilityReporter
{
    private readonly AvailabilityTally _tally;
    private readonly IAvailabilityStore _store;
    private readonly AvailabilityOptions _options;
    private readonly TimeProvider _time;

    internal AvailabilityReporter(AvailabilityTally tally, IAvailabilityStore store, AvailabilityOptions options, TimeProvider time)
    {
        (_tally, _store, _options, _time) = (tally, store, options, time);
    }

    /// <summary>What this instance learnt until now, and what others wrote.</summary>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end; now at the latest.</param>
    /// <param name="byHour">Whether hour by hour too.</param>
    /// <param name="cancellationToken">The operator's leaving.</param>
    public async Task<AvailabilityReport> ReportAsync(DateTimeOffset from, DateTimeOffset to, bool byHour, CancellationToken cancellationToken)
    {
        var incidents = await _store.ListIncidentsAsync(from, to, cancellationToken);
        // What was learnt just outside holds inside.
        var stored = await _store.ReadSheetsAsync(from - _options.EvidenceHolds, to + _options.EvidenceHolds, cancellationToken);
        _tally.Collect();
        var own = _tally.Peek();
        var others = stored.Where(sheet => sheet.Instance != _tally.Instance || !own.ContainsKey(sheet.Hour)).Select(sheet => (sheet.Hour, sheet.Sheet));
        var history = AvailabilityHistory.Of(
            others.Concat(own.Select(hour => (hour.Key, hour.Value))), incidents, _options.EvidenceHolds, _time.GetUtcNow());
        return new(history.Slice(from, to), byHour ? [.. HoursOf(from, to).Select(hour => history.Slice(hour.From, hour.To))] : [], incidents);
    }

    private static IEnumerable<Period> HoursOf(DateTimeOffset from, DateTimeOffset to)
    {
        for (var begin = from; begin < to;)
        {
            var end = HourSheet.HourOf(begin) + HourSheet.Length;
            yield return new(begin, end < to ? end : to);
            begin = end;
        }
    }
}
