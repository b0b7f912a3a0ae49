using System.Text;
using Danke.App.Hosting;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Loyalty.Privacy;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Door;

/// <summary>The Door's batches without its queue: the same stages on fresh Books, batch by batch, at instants that the test says.</summary>
internal sealed class DoorHarness : IAsyncDisposable
{
    public const long Day = 86_400_000;

    /// <summary>2026-01-01T00:00Z.</summary>
    public const long Start = 1_767_225_600_000;

    private readonly BooksFixture books;
    private readonly IReadOnlyList<IStage> stages;
    private readonly IPreparesSteps preparing;
    private readonly Sequences ids = new();

    private DoorHarness(BooksFixture books)
    {
        this.books = books;
        var all = new ServiceCollection().AddSingleton(new Vault(new byte[32])).AddSingleton(TimeProvider.System).AddSingleton(_ => books.Store).AddPrivacy();
        foreach (var module in ModuleList.All) module.AddServices(all);
        var services = all.BuildServiceProvider();
        stages = ModuleList.All.Select(m => m.CreateStage(services)).OfType<IStage>().ToList();
        preparing = stages.OfType<IPreparesSteps>().Single();
    }

    public BooksStore Books => books.Store;

    /// <summary>A second process on the same Books.</summary>
    public DoorHarness AnotherNode() => new(books.Shared());

    /// <summary>On Books that are there already.</summary>
    public static DoorHarness On(BooksFixture books) => new(books);

    /// <summary>As the Door does when another node was faster.</summary>
    public async Task<Answer[]> ApplyWithRetries(params Command[] commands)
    {
        for (var attempt = 0; ; attempt++)
        {
            try { return await Apply(commands); }
            catch (Exception error) when (attempt < 20 && (Books.IsClash(error) || error is LoadAgainException)) { ids.Forget(); }
        }
    }

    public static async Task<DoorHarness> New(Dialect dialect, string? program = null)
    {
        var harness = new DoorHarness(await BooksFixture.New(dialect));
        await harness.Publish("program", "default", program ?? Programs.Plain);
        return harness;
    }

    public Task Publish(string kind, string name, string body) => Books.Publish(kind, name, body);

    public async Task<Answer[]> Apply(params Command[] commands)
    {
        var answers = new List<Answer>();
        foreach (var some in Batches(commands)) answers.AddRange(await ApplyTogether([.. some]));
        return [.. answers];
    }

    // As the Door does with what is applied alone.
    private static IEnumerable<List<Command>> Batches(IEnumerable<Command> commands)
    {
        var batch = new List<Command>();
        foreach (var command in commands)
        {
            if (batch.Count > 0 && (command.Body is IAppliedAlone || batch[^1].Body is IAppliedAlone))
            {
                yield return batch;
                batch = [];
            }
            batch.Add(command);
        }
        if (batch.Count > 0) yield return batch;
    }

    private async Task<Answer[]> ApplyTogether(Command[] commands)
    {
        for (var attempt = 0; ; attempt++)
        {
            ids.Mark();
            try { return await BatchRun.Apply(Books, stages, ids, commands, [.. commands.Select(preparing.Prepare)], Start, new BatchTimes()); }
            catch (LoadAgainException) when (attempt < 30) { ids.Rewind(); }
        }
    }

    /// <summary>What an erasing does beside the Door with the ledger: its chains are linked anew.</summary>
    public Task<long> LinkErasedLedgers() => new LedgerTraces(Books, new Vault(new byte[32])).Sweep(new Traces(new Subject(0, [], [], [], [])), CancellationToken.None);

    public async Task<Answer[]> OneByOne(IEnumerable<Command> commands)
    {
        var answers = new List<Answer>();
        foreach (var command in commands) answers.AddRange(await Apply(command));
        return [.. answers];
    }

    public async Task<long> Number(string sql) => (await Books.Read(sql, r => Convert.ToInt64(r.GetValue(0))))[0];

    private static readonly (string Table, string Order)[] Tables =
    [
        ("persons", "person_id"), ("identifiers", "identifier_key"), ("links", "low_key, high_key"), ("person_aliases", "from_person"),
        ("consents", "person_id, via, purpose, point_key"), ("attribute_statements", "via_key, source, channel, attribute, value_key"), ("attribute_pins", "via_key, attribute"),
        ("interactions", "interaction_id"), ("orders", "order_id"), ("refunds", "refund_id"), ("order_duplicates", "low_order, high_order"),
        ("memberships", "person_id, program"), ("lots", "lot_id"), ("points_entries", "entry_id"), ("order_awards", "order_id, program"), ("points_gains", "gain_id"), ("earn_budgets", "program, rule"),
        ("tier_moves", "tier_move_id"), ("tier_facts", "tier_fact_id"), ("tier_grants", "tier_grant_id"), ("commands", "command_key"), ("dead_letters", "command_key"), ("journey_entries", "entry_id"),
        ("journey_steps", "entry_id, visit"), ("messages", "message_id"), ("audit_log", "entry_id"), ("growth_chains", "program, via_key"), ("ledger_days", "program, day, account, kind"),
        ("redemptions", "redemption_id"), ("redemption_draws", "redemption_id, place"), ("redemption_rollbacks", "request, attempt"), ("adjustment_requests", "request_id"), ("expiry_reminders", "reminder_id"), ("benefit_uses", "benefit_use_id"), ("pools", "pool_id"), ("pool_members", "pool_member_id"), ("pool_redemptions", "redemption_id"),
        ("(select * from offer_counts where coupons <> 0 or uses <> 0 or spent_minor <> 0) held", "offer"), ("coupons", "coupon_id"), ("offer_uses", "offer_use_id"),
        ("identity_decisions", "decision_id"), ("identity_decision_keys", "identifier_key, decision_id"), ("alias_history", "from_person, since_ms"), ("erased_identifiers", "identifier_key"),
    ];

    /// <summary>Every row of every table that the Door writes, as text. <paramref name="except"/>: columns that may differ.</summary>
    public async Task<string> Dump(params string[] except)
    {
        var text = new StringBuilder();
        foreach (var (table, order) in Tables)
        {
            var rows = await Books.Read($"select * from {table} order by {order}", r => string.Join(" | ", Enumerable.Range(0, r.FieldCount)
                .Where(i => !except.Contains(r.GetName(i))).Select(i => $"{r.GetName(i)}={(r.IsDBNull(i) ? "-" : r.GetValue(i) is byte[] b ? Convert.ToHexString(b) : r.GetValue(i))}")));
            text.AppendLine($"== {table}").AppendLine(string.Join('\n', rows));
        }
        return text.ToString();
    }

    /// <summary>The lines of two dumps that differ; empty when they are alike.</summary>
    public static string Difference(string one, string other)
    {
        var (a, b) = (one.Split('\n'), other.Split('\n'));
        return string.Join('\n', a.Except(b).Select(l => "- " + l).Concat(b.Except(a).Select(l => "+ " + l)).Take(20));
    }

    public ValueTask DisposeAsync() => books.DisposeAsync();
}

internal static class Programs
{
    /// <summary>A point for a yuan, a year's validity, three tiers.</summary>
    public const string Plain = """
        {"name":"default","title":"Club","zone":"Asia/Shanghai","currency":"CNY","enrolment":"on_joining",
         "earn":{"rate":{"points":1,"each_minor":100}},"validity":{"months":12,"round_up":"none"},"refund_policy":"within_balance",
         "expiry_reminders":{"days_before":[30,1]},"pooling":{"most_members":3},"growth":{"points":1,"each_minor":100},"ledger":{"partners":[{"name":"air","points":3,"their_points":2}]},
         "tiers":[{"name":"silver","title":"Silver","from":0,"earn_percent":100},{"name":"gold","title":"Gold","from":200,"earn_percent":120},{"name":"black","title":"Black","from":1000,"earn_percent":150}]}
        """;

    /// <summary>The same with rules of every kind and caps of every kind.</summary>
    public static readonly string WithRules = Plain.Replace("\"earn\":{\"rate\":{\"points\":1,\"each_minor\":100}}", """
        "earn":{"rate":{"points":1,"each_minor":100},"caps":{"per_year":2500,"budget":6000},"rules":[
          {"name":"weekend","title":"Weekend","where":"weekday >= 6","gives":{"percent":200}},
          {"name":"first","title":"First order","where":"is_first_order","gives":{"points":50}},
          {"name":"birthday","title":"Birthday","where":"is_birth_month","gives":{"percent":150},"caps":{"per_month":300}},
          {"name":"skincare","title":"Skincare","on":"line","where":"category = \"护肤\"","gives":{"rate":{"points":1,"each_minor":1000}},"group":"g","caps":{"per_day":40}},
          {"name":"big","title":"Big","where":"amount_minor >= 10000","gives":{"points":30},"group":"g","caps":{"times_per_month":2}},
          {"name":"look","title":"Looking","on":"interaction","types":["page.view"],"gives":{"points":5},"caps":{"times_per_day":1,"per_person":20,"budget":60}}]}
        """);

    public static readonly string WithDebt = Plain.Replace("within_balance", "unlimited");

    /// <summary>As plain, but tiers know time: the last 90 days, kept for some time, with grace, refunds judged at the end of the day.</summary>
    public static readonly string Timed = Plain[..Plain.LastIndexOf('}')] + """
        ,"qualification":{"window":"rolling","rolling_days":90,"keep":{"days":20},"grace_days":5,"downgrade":"one_step"}}
        """;

    /// <summary>As timed, refunds judged at once and taken back as a debt, with gifts and what may be used.</summary>
    public static readonly string WithBenefits = WithDebt[..WithDebt.LastIndexOf('}')] + """
        ,"qualification":{"window":"rolling","rolling_days":90,"refunds":"at_once"},"benefits":[
          {"name":"gold","title":"Gold","kind":"entry_gift","tiers":["gold"],"once":"per_entry","gives":{"points":70}},
          {"name":"black","title":"Black","kind":"entry_gift","tiers":["black"],"gives":{"points":90,"voucher":"B"}},
          {"name":"birthday","title":"Birthday","kind":"birthday","gives":{"points":40},"by_tier":{"gold":{"points":60}},"validity":{"months":null,"days":20}},
          {"name":"years","title":"Years","kind":"anniversary","gives":{"points":15}},
          {"name":"shipping","title":"Shipping","kind":"free_shipping","quota":{"times":2,"per":"year"}},
          {"name":"lounge","title":"Lounge","kind":"service","tiers":["gold","black"],"quota":{"times":1,"per":"tier_period"}}]}
        """;

    /// <summary>As timed, with further types: coins that orders and looking earn, which may be owed, and stars that are only given or made of others.</summary>
    public static readonly string WithTypes = Timed[..Timed.LastIndexOf('}')] + """
        ,"point_types":[
          {"name":"coins","title":"Coins","validity":{"months":2},"pending":{"days":3},"refund_policy":"unlimited","returns":{"restore":"reissue","reissue_days":9},"expiry_reminders":{"days_before":[30,1]},
           "ledger":{"partners":[{"name":"air","points":3,"their_points":2}],"transfers":{"expiry":"reset"}},
           "earn":{"rate":{"points":1,"each_minor":1000},"caps":{"per_year":300},"rules":[
             {"name":"skincare","title":"Skincare","on":"line","where":"category = \"护肤\" and tier in (\"silver\", \"gold\")","gives":{"rate":{"points":1,"each_minor":500}},"caps":{"per_day":40}},
             {"name":"second","title":"Second order","where":"nth_order = 2","gives":{"points":9}},
             {"name":"look","title":"Looking","on":"interaction","types":["page.view"],"gives":{"points":5},"caps":{"times_per_day":1,"per_person":20,"budget":60}}]}},
          {"name":"stars","title":"Stars"}],
         "conversions":[{"from":"points","to":"coins","points":10,"gives":3},{"from":"coins","to":"points","points":1,"gives":2},{"from":"coins","to":"stars","points":1,"gives":1,"expiry":"reset"}]}
        """;

    /// <summary>As plain, judged when a quarter is over.</summary>
    public static readonly string ByQuarter = Plain[..Plain.LastIndexOf('}')] + """
        ,"qualification":{"window":"quarter","upgrade":"period_end","refunds":"end_of_period"}}
        """;
}
