using System.Data.Common;
using System.Globalization;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>What one rule gave for one order or interaction.</summary>
internal sealed record GainRow(long Id, long PersonId, long ViaKey, string Program, long OrderId, long Day, Given Given, string CommandKey)
{
    public const string Select = "select gain_id, person_id, via_key, program, rule, order_id, day, raw, points, ceiling, command_key from points_gains";

    public static GainRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetInt64(5), r.GetInt64(6),
        new Given(r.GetString(4), r.GetInt64(7), r.GetInt64(8), r.LongOrNull(9)), r.GetString(10));

    public static readonly Table<GainRow> Table = new Table<GainRow>("points_gains", "gain_id")
        .Long("gain_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Text("program", r => r.Program).Text("rule", r => r.Given.Rule)
        .Long("order_id", r => r.OrderId).Long("day", r => r.Day).Long("raw", r => r.Given.Raw).Long("points", r => r.Given.Points).LongOrNull("ceiling", r => r.Given.Ceiling)
        .Text("command_key", r => r.CommandKey);
}

internal sealed record BudgetRow(string Program, string Rule, long Used)
{
    public static readonly Table<BudgetRow> Table = new Table<BudgetRow>("earn_budgets", "program", "rule")
        .Text("program", r => r.Program).Text("rule", r => r.Rule).Long("used", r => r.Used);
}

/// <summary>What a rule gave a person by one identifier on one day.</summary>
/// <param name="Times">How many orders and interactions gained.</param>
internal sealed record DayGain(long PersonId, long Via, string Program, string Rule, long Day, long Points, long Times)
{
    public const string Select = """
        select person_id, via_key, program, rule, day, sum(points), sum(case when points > 0 then 1 else 0 end) from points_gains
        """;

    public const string GroupBy = " group by person_id, via_key, program, rule, day";

    public static DayGain Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetInt64(4), Whole(r, 5), Whole(r, 6));

    // PostgreSQL adds bigints up to a numeric.
    private static long Whole(DbDataReader r, int column) => Convert.ToInt64(r.GetValue(column), CultureInfo.InvariantCulture);
}

/// <summary>The gains of a batch's orders, what its persons gained before, and the budgets, in step with what the batch gives. Loaded only where a program has rules.</summary>
internal sealed class LoadedGains
{
    private readonly Dictionary<(long Order, string Program), List<GainRow>> ofOrder = [];
    private readonly Dictionary<(long Person, string Program), Dictionary<(long Via, string Rule, long Day), (long Points, long Times)>> days = [];
    private readonly Dictionary<(string Program, string Rule), long> budgets = [];
    private readonly HashSet<(string, string)> changedBudgets = [];
    private readonly HashSet<long> known = [];
    private readonly Dictionary<long, GainRow> changed = [];

    public static async Task<LoadedGains> Load(Batch batch, BooksTransaction books, ProgramBook programs)
    {
        var loaded = new LoadedGains();
        if (!programs.HasRules) return loaded;
        if (batch.Orders.Count > 0)
            foreach (var row in await books.Read(GainRow.Select + " where order_id in ({keys}) order by gain_id", GainRow.Read, ("keys", batch.Orders.Select(o => o.OrderId).ToArray())))
            {
                loaded.Of(row.OrderId, row.Program).Add(row);
                loaded.known.Add(row.Id);
            }
        if (programs.CapsPersons && batch.PersonIds.Count > 0)
            foreach (var gain in await books.Read(DayGain.Select + " where person_id in ({keys})" + DayGain.GroupBy, DayGain.Read, ("keys", batch.PersonIds.ToArray())))
                loaded.DaysOf(gain.PersonId, gain.Program)[(gain.Via, gain.Rule, gain.Day)] = (gain.Points, gain.Times);
        await loaded.LoadBudgets(books, programs);
        return loaded;
    }

    // A budget that a new version brings counts what its rule gave before.
    private async Task LoadBudgets(BooksTransaction books, ProgramBook programs)
    {
        foreach (var row in await books.Read("select program, rule, used from earn_budgets order by program, rule {for update}", r => new BudgetRow(r.GetString(0), r.GetString(1), r.GetInt64(2))))
            budgets[(row.Program, row.Rule)] = row.Used;
        foreach (var (program, rule) in programs.Budgets)
            if (!budgets.ContainsKey((program, rule)))
                budgets[(program, rule)] = (await books.Read("select cast(coalesce(sum(points), 0) as bigint) from points_gains where program = @program and (@rule = '' or rule = @rule)",
                    r => r.GetInt64(0), ("program", program), ("rule", rule)))[0];
    }

    private Dictionary<(long Via, string Rule, long Day), (long Points, long Times)> DaysOf(long person, string program) =>
        days.TryGetValue((person, program), out var known) ? known : days[(person, program)] = [];

    public List<GainRow> Of(long orderId, string program)
    {
        if (!ofOrder.TryGetValue((orderId, program), out var rows)) ofOrder[(orderId, program)] = rows = [];
        return rows;
    }

    /// <summary>What a rule (of the empty name: all rules) gave, without what it gave for the rows at hand.</summary>
    public CapUse Used(long person, string program, string rule, long day, IReadOnlyList<GainRow> without)
    {
        var gains = DaysOf(person, program).Where(d => rule.Length == 0 || d.Key.Rule == rule)
            .Select(d => new DayUse(d.Key.Day, d.Value.Points, d.Value.Times))
            .Concat(without.Where(w => rule.Length == 0 || w.Given.Rule == rule)
                .Select(w => new DayUse(w.Day, -w.Given.Points, w.Given.Points > 0 ? -1 : 0)));
        return CapCalendar.Use(gains, day, budgets.GetValueOrDefault((program, rule)) - without.Where(w => rule.Length == 0 || w.Given.Rule == rule).Sum(w => w.Given.Points));
    }

    /// <summary>Keeps what a rule gives for an order or interaction from now on.</summary>
    public void Put(GainRow? before, GainRow after)
    {
        if (before is not null) Count(before, -1);
        Count(after, 1);
        changed[after.Id] = after;
        if (after.OrderId == 0) return;
        var rows = Of(after.OrderId, after.Program);
        // In the order of their numbers, as they are read: the ledger's notes name them so.
        if (rows.FindIndex(r => r.Id == after.Id) is var at and >= 0) rows[at] = after;
        else rows.Add(after);
    }

    private void Count(GainRow row, int sign)
    {
        Add(DaysOf(row.PersonId, row.Program), (row.ViaKey, row.Given.Rule, row.Day), sign * row.Given.Points, row.Given.Points > 0 ? sign : 0);
        foreach (var rule in (string[])[row.Given.Rule, ""])
        {
            if (!budgets.TryGetValue((row.Program, rule), out var used)) continue;
            budgets[(row.Program, rule)] = used + sign * row.Given.Points;
            changedBudgets.Add((row.Program, rule));
        }
    }

    private static void Add<T>(Dictionary<T, (long Points, long Times)> to, T key, long points, long times) where T : notnull
    {
        var known = to.GetValueOrDefault(key);
        to[key] = (known.Points + points, known.Times + times);
    }

    /// <summary>What came in by an identifier goes where that goes.</summary>
    public void Follow(Step step)
    {
        if (days.Count == 0 && changed.Count == 0 && ofOrder.Count == 0) return;
        foreach (var ((person, program), known) in days.ToList())
            foreach (var (key, value) in known.ToList())
            {
                var owner = step.OwnerAfter(person, key.Via);
                if (owner == person) continue;
                known.Remove(key);
                Add(DaysOf(owner, program), key, value.Points, value.Times);
            }
        foreach (var (id, row) in changed.ToList()) changed[id] = row with { PersonId = step.OwnerAfter(row.PersonId, row.ViaKey) };
        foreach (var rows in ofOrder.Values)
            for (var i = 0; i < rows.Count; i++) rows[i] = rows[i] with { PersonId = step.OwnerAfter(rows[i].PersonId, rows[i].ViaKey) };
    }

    public async ValueTask Save(BooksTransaction books)
    {
        if (changed.Count == 0) return;
        await books.Insert(GainRow.Table, changed.Values.Where(r => !known.Contains(r.Id)).ToList());
        await books.Update(GainRow.Table, changed.Values.Where(r => known.Contains(r.Id)).ToList());
        await books.Upsert(BudgetRow.Table, changedBudgets.Order().Select(b => new BudgetRow(b.Item1, b.Item2, budgets[b])).ToList());
    }
}
