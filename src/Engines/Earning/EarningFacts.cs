using System.Collections.Immutable;
using Danke.Engines.Audiences;
using NodaTime;

namespace Danke.Engines.Earning;

/// <summary>A moment in the program's calendar.</summary>
internal sealed class CalendarDay(long atMs, string zone)
{
    private readonly LocalDateTime local = Instant.FromUnixTimeMilliseconds(atMs).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;

    public DateOnly Day => new(local.Year, local.Month, local.Day);
    public int Month => local.Month;

    public long Number(string field) => field switch
    {
        "year" => local.Year,
        "month" => local.Month,
        "day_of_month" => local.Day,
        "days_to_month_end" => local.Calendar.GetDaysInMonth(local.Year, local.Month) - local.Day,
        "weekday" => (long)local.DayOfWeek,
        "hour" => local.Hour,
        _ => 0,
    };
}

/// <summary>What the conditions of earn rules may ask, of a purchase, one of its lines, or a deed.</summary>
internal sealed class EarningFacts : IFacts
{
    private readonly CalendarDay calendar;
    private readonly Buyer buyer;
    private readonly Purchase? purchase;
    private readonly KeptParts kept;
    private readonly Deed? deed;
    private readonly int line;

    private EarningFacts(CalendarDay calendar, Buyer buyer, Purchase? purchase, KeptParts kept, Deed? deed, int line) =>
        (this.calendar, this.buyer, this.purchase, this.kept, this.deed, this.line) = (calendar, buyer, purchase, kept, deed, line);

    public static EarningFacts Of(Purchase purchase, KeptParts kept, Buyer buyer, CalendarDay calendar) => new(calendar, buyer, purchase, kept, null, -1);
    public static EarningFacts Of(Deed deed, Buyer buyer, CalendarDay calendar) => new(calendar, buyer, null, default, deed, -1);
    public EarningFacts OfLine(int index) => new(calendar, buyer, purchase, kept, deed, index);

    public long AtMs => purchase?.AtMs ?? deed!.AtMs;
    public string Key => "";

    public string Text(string field) => field switch
    {
        "tier" => buyer.Tier,
        "channel" => purchase?.Channel ?? deed!.Channel,
        "shop" => purchase?.Shop ?? deed!.Shop,
        "store" => purchase?.Store ?? "",
        "currency" => purchase?.Currency ?? "",
        "kind" => deed?.Kind ?? "",
        "sku" => line >= 0 ? purchase!.Lines[line].Sku : "",
        "category" => line >= 0 ? purchase!.Lines[line].Category : "",
        _ when deed is not null && field.StartsWith("properties.", StringComparison.Ordinal) => deed.Properties.GetValueOrDefault(field["properties.".Length..], ""),
        _ => "",
    };

    public ImmutableArray<string> Texts(string field) => [];

    public long Number(string field) => field switch
    {
        "birth_month" => buyer.BirthMonth,
        "nth_order" => buyer.NthOrder,
        "amount_minor" => kept.Goods,
        "line_amount_minor" => line >= 0 ? kept.Line(line) : 0,
        "quantity" => line >= 0 ? Quantity(purchase!, kept, line) : 0,
        _ => calendar.Number(field),
    };

    public bool Flag(string field) => field switch
    {
        "is_first_order" => buyer.NthOrder == 1,
        "is_birth_month" => buyer.BirthMonth == calendar.Month,
        _ => false,
    };

    public long? Instant(string field) => field switch { "at" => AtMs, "joined" => buyer.JoinedAtMs, _ => null };

    // Lines that went back are no lines.
    public IReadOnlyList<IFacts> Items(string collection)
    {
        if (collection != "lines" || purchase is null) return [];
        var items = new List<IFacts>();
        for (var i = 0; i < purchase.Lines.Length; i++)
            if (kept.Line(i) > 0) items.Add(OfLine(i));
        return items;
    }

    /// <summary>How many pieces of a line are kept: of its money's part, whole pieces.</summary>
    internal static long Quantity(Purchase purchase, KeptParts kept, int line)
    {
        var bought = purchase.Lines[line];
        var paid = kept.PaidFor(line);
        return paid <= 0 ? 0 : (long)((Int128)Math.Max(0, bought.Quantity) * kept.Line(line) / paid);
    }
}
