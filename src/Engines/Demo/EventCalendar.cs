using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>
/// Events that are known but not yet told, by the day on which they arrive. Holds about a month of orders in flight, however
/// long the plan. Here a few events are made late or doubled on purpose.
/// </summary>
internal sealed class EventCalendar(DemoPlan plan, SalesCalendar calendar)
{
    private const long LeastDelayMs = 60_000;
    private const long GreatestDelayMs = 3 * SalesCalendar.DayMs;

    private readonly List<DemoEvent>?[] days = new List<DemoEvent>?[calendar.Days];
    private readonly ulong disorder = SplitMix64.Hash(plan.Seed, DemoPurpose.Disorder);
    private long turn;
    private int open;

    /// <summary>A number never given before, for ids of what has no number of its own.</summary>
    public long NextNumber() => ++turn;

    /// <summary>Notes an event; what would happen after the plan's end does not.</summary>
    public void Add(long person, long atMs, string source, string id, string channel, string shop, ImmutableArray<DemoIdentifier> identifiers, DemoFact fact)
    {
        if (atMs >= calendar.EndMs) return;
        var told = new DemoEvent
        {
            Person = person,
            AtMs = atMs,
            ArrivesMs = atMs,
            Source = source,
            Id = id,
            Channel = channel,
            Shop = shop,
            Identifiers = identifiers,
            Fact = fact,
            Turn = NextNumber(),
        };
        var luck = (SplitMix64.Hash(disorder, (ulong)told.Turn) >> 11) * (1.0 / (1UL << 53));
        Put(luck < plan.Disorder / 2 ? Late(told) : told);
        if (luck >= plan.Disorder / 2 && luck < plan.Disorder) Put(Late(told) with { Turn = NextNumber() });
    }

    /// <summary>Takes out the events that arrive on a day, in order. Days must be closed one after another.</summary>
    public IReadOnlyList<DemoEvent> Close(int day)
    {
        if (day != open) throw new ArgumentException($"Day {open} is to be closed next, not {day}.", nameof(day));
        open = day + 1;
        var events = days[day] ?? [];
        days[day] = null;
        events.Sort(static (a, b) => a.ArrivesMs != b.ArrivesMs ? a.ArrivesMs.CompareTo(b.ArrivesMs) : a.Turn.CompareTo(b.Turn));
        return events;
    }

    private void Put(DemoEvent told) => (days[calendar.DayOf(told.ArrivesMs)] ??= []).Add(told);

    // Mostly minutes, sometimes days: log-uniform.
    private DemoEvent Late(DemoEvent told)
    {
        var random = RandomStream.Of(disorder, (ulong)told.Turn);
        var delay = (long)(LeastDelayMs * PortableMath.Pow((double)GreatestDelayMs / LeastDelayMs, random.NextUnit()));
        return told with { ArrivesMs = Math.Min(told.AtMs + delay, calendar.EndMs - 1) };
    }
}
