using System.Globalization;
using System.Text;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary>Availability for a spreadsheet (RFC 4180): a line per deployment and per model, and per hour if that was asked for.</summary>
internal static class AvailabilityCsv
{
    private const string Header =
        "from,to,kind,name,availability,nines,up_seconds,down_seconds,throttled_seconds,draining_seconds,standby_seconds,unknown_seconds,incidents,mttr_seconds,mtbf_seconds,"
        + "alone_availability,answered,unanswered,broken,queued,success_rate,failovers,failover_p50_seconds,failover_p90_seconds,failover_p99_seconds,failover_max_seconds";

    public static string Write(AvailabilityView view)
    {
        var csv = new StringBuilder(Header).Append("\r\n");
        foreach (var slice in view.Hours ?? [view])
        {
            var alone = slice.Models.SelectMany(model => model.Alone).ToDictionary(one => one.Deployment, one => one.Availability);
            foreach (var one in slice.Deployments)
            {
                Append(
                    csv, slice.From, slice.To, "deployment", one.Deployment, one.Availability, one.Nines, one.UpSeconds, one.DownSeconds, one.ThrottledSeconds,
                    one.DrainingSeconds, one.StandbySeconds, one.UnknownSeconds, one.Incidents, one.MttrSeconds, one.MtbfSeconds, alone.GetValueOrDefault(one.Deployment),
                    null, null, null, null, null, null, null, null, null, null);
            }

            foreach (var one in slice.Models)
            {
                Append(
                    csv, slice.From, slice.To, "model", one.Model, one.Availability, one.Nines, one.UpSeconds, one.DownSeconds, null,
                    null, null, one.UnknownSeconds, one.Incidents, one.MttrSeconds, one.MtbfSeconds, null,
                    one.Requests.Answered, one.Requests.Unanswered, one.Requests.Broken, one.Requests.Queued, one.Requests.SuccessRate,
                    one.Failover.Count, one.Failover.P50Seconds, one.Failover.P90Seconds, one.Failover.P99Seconds, one.Failover.MaxSeconds);
            }
        }

        return csv.ToString();
    }

    private static void Append(StringBuilder csv, params ReadOnlySpan<object?> fields)
    {
        for (var i = 0; i < fields.Length; i++)
            csv.Append(i == 0 ? "" : ",").Append(Text(fields[i]));
        csv.Append("\r\n");
    }

    private static string Text(object? field) => field switch
    {
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        string text => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text,
        _ => "",
    };
}
