using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Persons.Grouping;

/// <summary>Looks for households every minute; where a look takes long, less often: it works a twentieth of the time at most.</summary>
internal sealed class HouseholdClock(HouseholdRefresh households, TimeProvider clock, ILogger<HouseholdClock> log) : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    private const int RestsFor = 19;

    private long? ended;
    private TimeSpan took;

    public override async Task<int> Sweep(CancellationToken cancel)
    {
        if (ended is { } last && Clock.GetElapsedTime(last) < took * RestsFor) return 0;
        var changed = await households.Refresh(cancel);
        (ended, took) = (Clock.GetTimestamp(), households.Looked);
        if (changed > 0) Log.LogInformation("The households of {Persons} persons changed; looking took {Ms:0} ms", changed, took.TotalMilliseconds);
        return changed;
    }
}
