using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Every minute does what time does to memberships, in the order in which a night does it: points that begin, tiers, points that end,
/// tiers again, then what birthdays and anniversaries bring, and whom to remind of points that will end.
/// </summary>
internal sealed class LedgerClock(ActivationClock activation, TierClock tiers, ExpiryClock expiry, BenefitClock benefits, ReminderClock reminders, TimeProvider clock, ILogger<LedgerClock> log)
    : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    public override async Task<int> Sweep(CancellationToken cancel) =>
        await activation.Sweep(cancel) + await tiers.Sweep(cancel) + await expiry.Sweep(cancel) + await tiers.Sweep(cancel)
        + await benefits.Sweep(cancel) + await reminders.Sweep(cancel);
}
