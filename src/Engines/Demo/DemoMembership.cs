using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>When a person joins and leaves, and what the person agrees to; computed from seed and number alone.</summary>
internal sealed class DemoMembership
{
    private const long Never = long.MaxValue;

    /// <param name="arrivesMs">The person's first contact with the brand.</param>
    public DemoMembership(DemoPlan plan, SalesCalendar calendar, Persona persona, long arrivesMs)
    {
        var random = RandomStream.Of(plan.Seed, DemoPurpose.Membership, (ulong)persona.Number);
        JoinsAtMs = PickJoining(calendar, persona, arrivesMs, random);
        KnowsPhone = persona.Channels[0].IsStore || persona.TellsPhone[0];
        GrantsSms = random.Chance(0.78);
        RefusesSms = !GrantsSms && random.Chance(0.5);
        GrantsEmail = persona.HasEmail && random.Chance(0.6);
        LeavesAtMs = persona.IsMember && random.Chance(0.005) ? After(random, 60, 120) : Never;
        WithdrawsAtMs = GrantsSms && KnowsPhone && random.Chance(0.08) ? After(random, 5, 110) : Never;
        TellsProfileAtMs = random.Chance(0.35) ? After(random, 0.02, 25) : Never;
        FollowsAtMs = persona.IsOnWechat && random.Chance(0.5) ? After(random, 0.01, 8) : Never;
        ChecksInAtMs = persona.ViewingChannel is not null && random.Chance(0.22) ? After(random, 0.1, 6) : Never;
        GiftAtMs = random.Chance(0.02) ? After(random, 3, 70) : Never;
    }

    public long JoinsAtMs { get; }
    public long LeavesAtMs { get; }

    /// <summary>The brand knows the phone since the person joined.</summary>
    public bool KnowsPhone { get; }
    public bool GrantsSms { get; }
    public bool RefusesSms { get; }
    public bool GrantsEmail { get; }
    public long WithdrawsAtMs { get; }
    public long TellsProfileAtMs { get; }
    public long FollowsAtMs { get; }
    public long ChecksInAtMs { get; }
    public long GiftAtMs { get; }

    public bool IsMemberAt(long atMs) => JoinsAtMs <= atMs && atMs < LeavesAtMs;
    public bool ReadsMessagesAt(long atMs) => IsMemberAt(atMs) && KnowsPhone && GrantsSms && atMs < WithdrawsAtMs;

    private long After(RandomStream random, double leastDays, double meanMoreDays)
    {
        var at = (leastDays + random.NextExponential(meanMoreDays)) * SalesCalendar.DayMs;
        return JoinsAtMs == Never ? Never : JoinsAtMs + (long)at;
    }

    private static long PickJoining(SalesCalendar calendar, Persona persona, long arrivesMs, RandomStream random)
    {
        var waits = random.NextBetween(2 * SalesCalendar.DayMs, 45 * SalesCalendar.DayMs);
        var justBefore = Math.Max(calendar.StartOfDayMs(calendar.DayOf(arrivesMs)), arrivesMs - random.NextBetween(30_000, 600_000));
        return persona.Entry switch
        {
            DemoEntry.BuysOnly => Never,
            DemoEntry.JoinsThenBuys or DemoEntry.JoinsOnly => arrivesMs,
            // Whoever would join after the end joins at once, so that the plan has its number of members.
            DemoEntry.BuysThenJoins when arrivesMs + waits < calendar.EndMs => arrivesMs + waits,
            _ => justBefore,
        };
    }
}
