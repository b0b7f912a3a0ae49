using Danke.Engines.Demo;
using NodaTime;

namespace Danke.Engines.Tests.Demo;

/// <summary>A generated history, made once for all tests that only look at it.</summary>
public sealed class DemoHistory
{
    public static readonly DemoPlan Plan = new() { Members = 6_000, Months = 24, Seed = 11, Disorder = 0 };

    public DemoHistory() : this(Plan) { }

    private DemoHistory(DemoPlan plan)
    {
        Calendar = new SalesCalendar(plan.From, plan.Until);
        Events = [.. DemoGenerator.Generate(plan)];
        Paid = [.. Events.Where(e => e.Fact is DemoFact.OrderStepped { Step: DemoStep.Paid })];
    }

    public static DemoHistory Of(DemoPlan plan) => new(plan);

    public SalesCalendar Calendar { get; }
    public List<DemoEvent> Events { get; }
    public List<DemoEvent> Paid { get; }

    public static DemoOrder OrderOf(DemoEvent told) => ((DemoFact.OrderStepped)told.Fact).Order;

    public LocalDate DateOf(DemoEvent told) => Calendar.DateOf(Calendar.DayOf(told.AtMs));

    public IEnumerable<(DemoEvent Event, T Fact)> Of<T>() where T : DemoFact =>
        from told in Events where told.Fact is T select (told, (T)told.Fact);

    /// <summary>For each buyer: repeat purchases, and how much seasonal time there was for them.</summary>
    public List<(int Repeats, double Time)> Repeats() =>
        [.. from told in Paid where told.Person >= 0 group told by told.Person into buyer
            select (buyer.Count() - 1, Calendar.SeasonalTimeAt(Calendar.Days) - Calendar.SeasonalTimeAtMs(buyer.Min(b => b.AtMs)))];
}
