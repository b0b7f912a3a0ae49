using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>
/// Who first meets the brand when. Numbers are given in the order of arrival, members from 0 and those who never join after
/// them, so that a day's newcomers are the next numbers. More people come as the brand grows and when the season is strong.
/// </summary>
internal sealed class DemoPopulation
{
    /// <summary>Those who buy and never join, as a share of the members.</summary>
    private const double BuyersOnlyShare = 0.12;

    private const int LaunchDays = 21;

    private readonly DemoPlan plan;
    private readonly SalesCalendar calendar;
    private readonly ImmutableArray<double> arrived;

    public DemoPopulation(DemoPlan plan, SalesCalendar calendar)
    {
        (this.plan, this.calendar) = (plan, calendar);
        Count = plan.Members + (long)(plan.Members * BuyersOnlyShare);
        var sums = ImmutableArray.CreateBuilder<double>(calendar.Days);
        var sum = 0.0;
        for (var day = 0; day < calendar.Days; day++) sums.Add(sum += Newcomers(day));
        arrived = sums.MoveToImmutable();
    }

    public long Count { get; }

    public Persona Persona(long number) => new(plan, number, IsMember(number));

    public bool IsMember(long number) => number < plan.Members;

    /// <summary>The day on which a person first meets the brand; never decreasing within members and within the others.</summary>
    public int ArrivalDay(long number)
    {
        var (rank, of) = IsMember(number) ? (number, plan.Members) : (number - plan.Members, Count - plan.Members);
        var target = (rank + RandomStream.Of(plan.Seed, DemoPurpose.Arrival, (ulong)number).NextUnit()) / of * arrived[^1];
        int low = 0, high = arrived.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (arrived[middle] > target) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    public long ArrivalMs(Persona persona)
    {
        var random = RandomStream.Of(plan.Seed, DemoPurpose.Arrival, (ulong)persona.Number, 1);
        return calendar.PickInstant(random, ArrivalDay(persona.Number), persona.Channels[0].IsStore);
    }

    // Two and a half times as many by the end of two years, a launch at the start, and half of the season's swing:
    // sales days bring new customers, but not as many as they bring orders.
    private double Newcomers(int day) =>
        (1 + 0.75 * day / 365.25) * (day < LaunchDays ? 2.5 : 1) * (0.5 + 0.5 * calendar.StrengthOf(day));
}
