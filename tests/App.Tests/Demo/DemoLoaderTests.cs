using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Demo;
using Danke.Engines.Demo;
using Danke.Platform.Books;
using Danke.Platform.Definitions;

namespace Danke.App.Tests.Demo;

public sealed class DemoLoaderTests
{
    private static readonly DemoPlan Plan = new() { Members = 250, Months = 12, Seed = 3, Disorder = 0.02 };

    [Theory, OnBothBooks]
    public async Task A_brand_is_played_into_the_Books_and_a_second_time_changes_nothing(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await Samples.PublishDemo(app.Get<DefinitionStore>(), TestContext.Current.CancellationToken);
        var told = DemoGenerator.Generate(Plan).ToList();

        var first = await DemoLoader.Load(app.Get<IDoor>(), Plan, null, TestContext.Current.CancellationToken);
        var state = await State(app.Books);
        var second = await DemoLoader.Load(app.Get<IDoor>(), Plan, null, TestContext.Current.CancellationToken);

        first.Events.ShouldBe(told.Count);
        first.Duplicate.ShouldBe(told.Count - told.DistinctBy(t => (t.Source, t.Id)).Count());
        // Only what was told in disorder is refused: points for somebody whose joining comes late.
        (first.Declined + first.Rejected).ShouldBeLessThan(told.Count / 200, string.Join("; ", first.Refusals));

        state.Members.ShouldBe(Plan.Members);
        state.Orders.ShouldBe(told.Select(t => t.Fact).OfType<DemoFact.OrderStepped>().DistinctBy(s => s.Order.Number).Count());
        state.PaidMinor.ShouldBe(told.Select(t => t.Fact).OfType<DemoFact.OrderStepped>().Where(s => s.Step == DemoStep.Paid).DistinctBy(s => s.Order.Number).Sum(s => s.Order.TotalMinor));
        state.Refunds.ShouldBe(told.Select(t => t.Fact).OfType<DemoFact.Refunded>().DistinctBy(r => r.Refund).Count());
        state.Spendable.ShouldBeGreaterThan(0);
        state.Tiers.ShouldBeGreaterThan(1);
        // Exact links join what shares an identifier; only families, who share a phone, stay apart by their cards.
        var linked = Linked(told);
        state.Persons.ShouldBeInRange(linked, linked + Plan.Members * 3 / 100);
        var real = told.Where(t => t.Person >= 0).DistinctBy(t => t.Person).Count();
        state.Persons.ShouldBeInRange(real, real * 130 / 100);

        (second.Applied, second.Events).ShouldBe((0, first.Events));
        (await State(app.Books)).ShouldBe(state);
        // Points are spent by redemptions, so that not all that ends has expired.
        var spent = told.DistinctBy(t => (t.Source, t.Id)).Select(t => t.Fact).OfType<DemoFact.PointsRedeemed>().ToList();
        spent.ShouldNotBeEmpty();
        (await Number(app.Books, "select count(*) from redemptions where state = 'spent'")).ShouldBeInRange(spent.Count * 9 / 10, spent.Count);
    }

    [Theory, OnBothBooks]
    public async Task At_the_counter_families_spend_together_and_members_use_benefits_once_however_often_it_is_played(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await Samples.PublishDemo(app.Get<DefinitionStore>(), TestContext.Current.CancellationToken);
        // Up to today: what was earned can be spent.
        var today = NodaTime.Instant.FromDateTimeOffset(app.Get<TimeProvider>().GetUtcNow()).InZone(NodaTime.DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        var plan = DemoPlan.UpTo(today, 400, 10, 5);
        await DemoLoader.Load(app.Get<IDoor>(), plan, null, TestContext.Current.CancellationToken);

        await DemoCounter.Play(app.Client, plan, TestContext.Current.CancellationToken);
        var once = await Counter(app.Books);
        await DemoCounter.Play(app.Client, plan, TestContext.Current.CancellationToken);

        once.Pools.ShouldBe(DemoFamilies.Of(plan, 12).Count());
        once.Members.ShouldBeGreaterThan(once.Pools);
        once.Spent.ShouldBeGreaterThan(0);
        once.Used.ShouldBeGreaterThan(10);
        once.Undone.ShouldBeGreaterThan(0);
        once.Waiting.ShouldBe(2);
        (await Counter(app.Books)).ShouldBe(once);
        await app.Get<IHouseholds>().Refresh(TestContext.Current.CancellationToken);
        (await Number(app.Books, "select count(distinct household_id) from households")).ShouldBe(DemoFamilies.Of(plan, 12).Count());
    }

    private sealed record AtTheCounter(long Pools, long Members, long Spent, long Used, long Undone, long Waiting);

    private static async Task<AtTheCounter> Counter(BooksStore books) => new(
        await Number(books, "select count(*) from pools"),
        await Number(books, "select count(*) from pool_members where state = 'member'"),
        await Number(books, "select count(*) from pool_redemptions"),
        await Number(books, "select count(*) from benefit_uses where state = 'used'"),
        await Number(books, "select count(*) from benefit_uses where state = 'reversed' and occasion = ''"),
        await Number(books, "select count(*) from adjustment_requests where state = 'awaiting'"));

    [Theory, OnBothBooks]
    public async Task The_verb_plays_into_the_server_that_runs_or_opens_the_Books_itself(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        string[] verb = ["generate", "--members", "120", "--months", "3", "--seed", "8", "--into-system", "--json"];
        await danke.Start();
        var first = await danke.Verb(verb);
        danke.Kill();
        var second = await danke.Verb(verb);

        first.ExitCode.ShouldBe(0, first.Errors);
        second.ExitCode.ShouldBe(0, second.Errors);
        var (through, itself) = (JsonNode.Parse(first.Output)!, JsonNode.Parse(second.Output)!);
        ((long)through["applied"]!).ShouldBeGreaterThan(800);
        ((long)itself["events"]!).ShouldBe((long)through["events"]!);
        ((long)itself["applied"]!).ShouldBe(0);
        ((long)itself["duplicate"]!).ShouldBe((long)through["applied"]! + (long)through["duplicate"]!);
        ((long)itself["rejected"]!).ShouldBe((long)through["rejected"]!);
    }

    /// <summary>How many groups the identifiers make when those of one event belong together.</summary>
    private static int Linked(List<DemoEvent> told)
    {
        var parent = new Dictionary<(string, string, string), (string, string, string)>();
        foreach (var identifiers in told.Select(t => t.Identifiers.Select(i => (i.Namespace, i.Scope, i.Value)).ToList()).Where(i => i.Count > 0))
            foreach (var identifier in identifiers) parent[Root(identifier)] = Root(identifiers[0]);
        return parent.Keys.Select(Root).Distinct().Count();

        (string, string, string) Root((string, string, string) of)
        {
            while (parent.TryGetValue(of, out var up) && up != of) of = up;
            parent.TryAdd(of, of);
            return of;
        }
    }

    private sealed record Totals(long Persons, long Members, long Orders, long PaidMinor, long Refunds, long Spendable, long Tiers);

    private static async Task<Totals> State(BooksStore books) => new(
        await Number(books, "select count(*) from persons where state = 'active'"),
        await Number(books, "select count(*) from memberships where state not in ('unclaimed', 'holding')"),
        await Number(books, "select count(*) from orders"),
        await Number(books, "select coalesce(sum(total_minor), 0) from orders where paid_at_ms is not null"),
        await Number(books, "select count(*) from refunds"),
        await Number(books, "select coalesce(sum(points_spendable), 0) from memberships"),
        await Number(books, "select count(distinct tier) from memberships where state <> 'holding'"));

    private static async Task<long> Number(BooksStore books, string sql) => (await books.Read(sql, r => Convert.ToInt64(r.GetValue(0))))[0];
}
