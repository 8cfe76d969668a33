using System.Buffers.Binary;
using System.Globalization;

namespace LlmFunctions.Azure.Routing;

/// <summary>Decisions are kept in a table per day (UTC), such as <c>llmrouterdecisions20260304</c>: a day that is over is removed with its
/// table. The day is that of the request's id, which holds its time, so that one read finds it.</summary>
internal static class DecisionDay
{
    private const string Format = "yyyyMMdd";
    private const string IdPrefix = "req_";

    // req_0198c5d2e4f0…: version 7, which begins with the milliseconds since 1970 in 48 bits.
    private const int IdLength = 36;
    private const int TimeLength = 12;

    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The day of an id; null: no request of ours has such an id.</summary>
    public static DateOnly? Of(string requestId)
    {
        if (requestId.Length != IdLength || !requestId.StartsWith(IdPrefix, StringComparison.Ordinal))
            return null;
        Span<byte> id = stackalloc byte[(IdLength - 4) / 2];
        if (Convert.FromHexString(requestId.AsSpan(IdPrefix.Length), id, out _, out _) != System.Buffers.OperationStatus.Done)
            return null;
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(id) >> (64 - (TimeLength * 4));
        return milliseconds >= 0 && milliseconds <= LastMillisecond
            ? DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime)
            : null;
    }

    public static string TableOf(string prefix, DateOnly day) => $"{StartOf(prefix)}{day.ToString(Format, CultureInfo.InvariantCulture)}";

    /// <summary>The day of a table; null: it holds no decisions.</summary>
    public static DateOnly? OfTable(string prefix, string table) =>
        table.StartsWith(StartOf(prefix), StringComparison.Ordinal)
        && DateOnly.TryParseExact(table.AsSpan(StartOf(prefix).Length), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    public static string StartOf(string prefix) => $"{prefix}decisions";
}
