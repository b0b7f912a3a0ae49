using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Jobs;
using Danke.Platform.Settings;
using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Danke.Privacy.Retaining;

/// <summary>Begins the job once a night of the brand's, on one node: whoever writes the day down first.</summary>
internal sealed class RetentionClock(BooksStore books, BrandSettings brand, JobRunner jobs, TimeProvider clock, ILogger<RetentionClock> log) : Sweeper(TimeSpan.FromMinutes(5), clock, log)
{
    private const int AtHour = 3;

    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var now = Instant.FromDateTimeOffset(Clock.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb[(await brand.Current(cancel)).Zone]);
        if (now.Hour < AtHour || !await Claim(now.Date.ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture), cancel)) return 0;
        await jobs.Start(RetentionJob.KindName, "What is kept long enough goes", RetentionJob.DetailOf(dryRun: false), Caller.System, cancel: cancel);
        return 1;
    }

    private async Task<bool> Claim(string day, CancellationToken cancel)
    {
        if (await books.Read("select 1 from installation where name = 'retention_day' and value >= @day", r => r.GetInt32(0), [("day", day)], cancel) is [_]) return false;
        return await books.Write(t => t.Execute("""
            insert into installation (name, value) values ('retention_day', @day) on conflict (name) do update set value = excluded.value where installation.value < excluded.value
            """, ("day", day)), cancel) == 1;
    }
}
