using Danke.App.Hosting;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Journeys;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;
using Danke.Touch.Messages;
using Microsoft.Extensions.DependencyInjection;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Audit;

public sealed class AuditTests
{
    private static readonly ConsentChanged SmsYes = new(ContactChannel.Sms, "marketing", "", true, null);

    // What is changed beside the Door, and the check that must find it.
    private static readonly (string Change, string Check)[] Changes =
    [
        ("update memberships set points_pending = points_pending + 1 where state = 'active'", "ledger.balances"),
        ("update memberships set points_spendable = points_spendable + 10 where state = 'active'", "ledger.balances"),
        ("update memberships set growth = growth - 1 where growth > 0", "ledger.balances"),
        ("update memberships set points_earned = points_earned + 1 where state = 'active'", "ledger.balances"),
        ("update memberships set points_spent = points_spent + 1 where state = 'active'", "ledger.balances"),
        ("update memberships set points_expired = points_expired + 1 where state = 'active'", "ledger.balances"),
        ("update memberships set next_expiry_ms = next_expiry_ms + 1", "ledger.lots"),
        ("update lots set remaining = remaining - 1 where state = 'active'", "ledger.lots"),
        ("update lots set remaining = 5 where state = 'spent'", "ledger.lot_amounts"),
        ("update lots set amount = amount + 100 where state = 'active'", "ledger.lot_amounts"),
        ("update points_entries set lot_id = lot_id + 1 where kind = 'activate' and entry_id = (select min(entry_id) from points_entries where kind = 'activate')", "ledger.lot_amounts"),
        ("update points_entries set person_id = person_id + 1 where lot_id <> 0", "ledger.sides"),
        ("insert into split_shortfalls select 1, 'default', 1, 0, 2, 0, 1, 0, 'awaiting', 0, 'nobody/1', null, null", "ledger.commands_of_split_shortfalls"),
        ("insert into split_shortfalls select 1, 'default', 1, 0, 2, 0, 1, 0, 'awaiting', 0, 'test/o1', null, null", "ledger.persons_of_split_shortfalls"),
        ("insert into redemptions (redemption_id, person_id, via_key, program, command_key, state, points, returned, at_ms) select 1, 1, 0, 'default', 'test/o1', 'spent', 5, 0, 0", "ledger.redemptions"),
        ("insert into redemptions (redemption_id, person_id, via_key, program, command_key, state, points, returned, at_ms) select 1, 1, 0, 'default', 'nobody/1', 'spent', 0, 0, 0", "ledger.commands_of_redemptions"),
        ("insert into redemptions (redemption_id, person_id, via_key, program, command_key, state, points, returned, at_ms) select 1, 99, 0, 'default', 'test/o1', 'spent', 0, 0, 0", "ledger.persons_of_redemptions"),
        ("update memberships set tier_version = 1 where growth > 0", "ledger.tier_facts"),
        ("insert into tier_facts select 1, 1, 'default', 0, 1, 0, 0, 0, 0, 'nobody/1'", "ledger.commands_of_tier_facts"),
        ("insert into tier_facts select 1, 99, 'default', 0, 1, 0, 0, 0, 0, 'test/o1'", "ledger.persons_of_tier_facts"),
        ("insert into tier_grants select 1, 1, 'default', 0, 'gold', 'manual', 0, null, 0, null, null, 'nobody/1', null, null", "ledger.commands_of_tier_grants"),
        ("insert into tier_grants select 1, 99, 'default', 0, 'gold', 'manual', 0, null, 0, null, null, 'test/o1', null, null", "ledger.persons_of_tier_grants"),
        ("update lots set state = 'active' where state = 'pending'", "ledger.lots"),
        ("update points_entries set at_ms = at_ms + 1 where entry_id = 2", "ledger.chain"),
        ("update points_entries set order_id = order_id + 1 where entry_id = 2", "ledger.chain"),
        ("update points_entries set rule = rule || '.' where lot_id = 0", "ledger.chain"),
        ("update points_entries set via_key = via_key + 1 where lot_id = 0", "ledger.chain"),
        ("update points_entries set kind = 'another' where entry_id = 1", "ledger.chain"),
        ("update points_entries set place = place + 1 where entry_id = 1", "ledger.chain"),
        ("update points_entries set recorded_at_ms = 1", "ledger.chain"),
        ("update points_entries set contra = 'spent' where entry_id = 1", "ledger.chain"),
        ("update points_entries set between_points = 1, growth = growth + 1 where entry_id = 2", "ledger.chain"),
        ("update growth_chains set chain_place = 9", "ledger.chain_ends"),
        ("delete from points_entries where lot_id = 0", "ledger.chain_ends"),
        ("update lots set chain_head = seal", "ledger.chain"),
        ("update lots set expires_at_ms = expires_at_ms + 1", "ledger.seals"),
        ("update lots set earned_at_ms = earned_at_ms + 1", "ledger.seals"),
        ("update lots set order_id = order_id + 1", "ledger.seals"),
        ("update lots set seal = chain_head", "ledger.seals"),
        ("update ledger_days set points = points + 1 where account = 'issued'", "ledger.accounts"),
        ("update ledger_days set points = points + 1 where account = 'issued'", "ledger.double_entry"),
        ("update ledger_days set account = 'spent' where account = 'adjusted'", "ledger.accounts"),
        ("update points_entries set day = day + 1", "ledger.accounts"),
        ("insert into redemptions (redemption_id, person_id, via_key, program, command_key, state, points, returned, at_ms) select 1, 1, 0, 'default', 'test/o1', 'reserved', 5, 0, 0", "ledger.reserved"),
        ("update lots set expires_at_ms = expires_at_ms - 86400000 where state = 'active'", "ledger.lots"),
        ("update points_entries set spendable = spendable + 1 where kind = 'activate'", "ledger.balances"),
        ("update points_entries set pending = pending + 1 where kind = 'earn_pending'", "ledger.balances"),
        ("update points_entries set growth = growth + 1 where kind = 'activate'", "ledger.balances"),
        ("update points_entries set command_key = 'nobody/1' where entry_id = 1", "ledger.commands_of_points_entries"),
        ("delete from points_entries where kind = 'expire'", "ledger.balances"),
        ("update order_awards set earned = earned + 1", "ledger.awards"),
        ("update order_awards set growth = growth + 1", "ledger.awards"),
        ("update points_gains set points = points + 1 where gain_id = (select min(gain_id) from points_gains where order_id <> 0)", "ledger.gains"),
        ("update points_gains set points = points - 100 where gain_id = (select max(gain_id) from points_gains where order_id <> 0)", "ledger.gains"),
        ("update points_gains set points = points + 10 where order_id = 0", "ledger.gains"),
        ("update points_gains set order_id = order_id + 1000 where order_id <> 0", "ledger.gains"),
        ("delete from points_gains where order_id = 0", "ledger.gains"),
        ("delete from points_gains where order_id <> 0", "ledger.gains"),
        ("update earn_budgets set used = used + 1 where rule = ''", "ledger.budgets"),
        ("update earn_budgets set used = used - 10 where rule = 'look'", "ledger.budgets"),
        ("update points_gains set points = points + 1 where order_id = 0", "ledger.budgets"),
        ("update points_gains set command_key = 'nobody/1'", "ledger.commands_of_points_gains"),
        ("update points_gains set person_id = 2", "ledger.persons_of_points_gains"),
        ("update tier_moves set command_key = 'nobody/1'", "ledger.commands_of_tier_moves"),
        ("update memberships set person_id = 99 where state = 'active' and person_id = 1", "ledger.persons_of_memberships"),
        ("update memberships set next_expiry_ms = 1 where next_expiry_ms is not null", "ledger.overdue"),
        ("update tier_moves set person_id = 2", "ledger.persons_of_tier_moves"),
        ("update lots set person_id = 2", "ledger.persons_of_lots"),
        ("update points_entries set person_id = 2", "ledger.persons_of_points_entries"),
        ("update orders set total_minor = total_minor + 1 where number = 'T1'", "orders.totals"),
        ("update orders set lines_minor = lines_minor + 1, total_minor = total_minor + 1 where number = 'T1'", "orders.lines"),
        ("update orders set lines = replace(lines, '10000', '10001')", "orders.lines"),
        ("update orders set shipping_minor = shipping_minor + 1 where number = 'T1'", "orders.totals"),
        ("update orders set discount_minor = discount_minor + 1 where number = 'T1'", "orders.totals"),
        ("update orders set refunded_minor = refunded_minor + 1 where number = 'T1'", "orders.refunds"),
        ("update refunds set amount_minor = amount_minor - 1 where order_id <> 0", "orders.refunds"),
        ("update refunds set order_id = 999 where order_id <> 0", "orders.refunded_orders"),
        ("update orders set person_id = 2", "orders.persons_of_orders"),
        ("update refunds set person_id = 2", "orders.persons_of_refunds"),
        ("update identifiers set person_id = 2", "persons.persons_of_identifiers"),
        ("update identifiers set person_id = 98", "persons.persons_of_identifiers"),
        ("update person_aliases set to_person = from_person", "persons.aliases_direct"),
        ("update person_aliases set to_person = 98", "persons.aliases_direct"),
        ("delete from person_aliases", "persons.aliases_total"),
        ("update persons set state = 'active', merged_into = null where state = 'merged'", "persons.aliases_total"),
        ("update persons set state = 'merged' where person_id = 1", "persons.aliases_total"),
        ("update consents set person_id = 2 where person_id = 1", "persons.persons_of_consents"),
        ("update attribute_statements set person_id = 2 where person_id = 1", "persons.persons_of_attribute_statements"),
        ("update attribute_pins set person_id = 2 where person_id = 1", "persons.persons_of_attribute_pins"),
        ("update interactions set person_id = 2", "persons.persons_of_interactions"),
        ("update person_aliases set command_key = 'nobody/1'", "persons.commands_of_person_aliases"),
        ("insert into offer_counts select 'x', 0, 1, 0", "offers.counts"),
        ("insert into coupons select 1, 'x', 1, 1, 0, null, 'issued', null, 0, 'test/o1'", "offers.counts"),
        ("insert into offer_uses select 1, 'x', 1, 0, 1, 0, null, null, 'used', 'CNY', 10, 1, 1, 0, 1, 0, null, 0, 'test/o1'", "offers.counts"),
        ("insert into coupons select 1, 'x', 1, 1, 0, null, 'used', null, 0, 'test/o1'", "offers.coupons"),
        ("insert into offer_uses select 1, 'x', 1, 0, 1, 0, null, null, 'used', 'CNY', 10, 1, 2, 0, 1, 0, null, 0, 'test/o1'", "offers.uses"),
        ("insert into offer_uses select 1, 'x', 1, 0, 1, 0, null, null, 'locked', 'CNY', 10, 1, 1, 0, 1, 0, 1, 0, 'test/o1'", "offers.overdue"),
        ("insert into coupons select 1, 'x', 1, 1, 0, null, 'issued', null, 0, 'nobody/1'", "offers.commands_of_coupons"),
        ("insert into coupons select 1, 'x', 1, 99, 0, null, 'issued', null, 0, 'test/o1'", "offers.persons_of_coupons"),
        ("insert into offer_uses select 1, 'x', 1, 0, 1, 0, null, null, 'used', 'CNY', 10, 1, 1, 0, 1, 0, null, 0, 'nobody/1'", "offers.commands_of_offer_uses"),
        ("insert into offer_uses select 1, 'x', 1, 0, 99, 0, null, null, 'used', 'CNY', 10, 1, 1, 0, 1, 0, null, 0, 'test/o1'", "offers.persons_of_offer_uses"),
        ("update journey_entries set due_at_ms = null where state = 'waiting'", "journeys.due"),
        ("update journey_entries set due_at_ms = 1 where state = 'ended'", "journeys.due"),
        ("update journey_entries set end_reason = null where state = 'ended'", "journeys.due"),
        ("update journey_entries set visit = visit + 1", "journeys.steps"),
        ("update journey_steps set visit = visit + 7", "journeys.steps"),
        ("delete from journey_steps where visit = 1", "journeys.steps"),
        ("update journey_entries set person_id = 2", "journeys.persons_of_journey_entries"),
        ("update journey_entries set entered_by = 'nobody/1' where entry_id = 1", "journeys.commands_of_journey_entries"),
        ("update journey_steps set person_id = 2", "journeys.persons_of_journey_steps"),
        ("update journey_steps set command_key = 'nobody/1'", "journeys.commands_of_journey_steps"),
        ("update journey_entries set due_at_ms = 1 where state = 'waiting'", "journeys.overdue"),
        ("update messages set reason = 'no_consent' where state = 'sent'", "touch.message_states"),
        ("update messages set reason = null where state = 'skipped'", "touch.message_states"),
        ("update messages set sent_at_ms = null where state = 'sent'", "touch.message_states"),
        ("update messages set address_key = 0 where state = 'sent'", "touch.message_states"),
        ("update messages set state = 'sending', claimed_by = 'x', claimed_at_ms = 1, sent_at_ms = null where state = 'sent'", "touch.sending"),
        ("update messages set person_id = 2", "touch.persons_of_messages"),
        ("insert into outbox_readers (reader, position_tx, position_seq, updated_at_ms) values ('insight', 0, 1000000, 0)", "platform.outbox_positions"),
        ("update outbox set seq = seq + 1000000", "platform.outbox_numbers"),
        ("update outbox set command_key = 'nobody/1'", "platform.outbox_commands"),
        ("delete from commands where command_key = 'test/o1'", "ledger.commands_of_points_entries"),
        ("update dead_letters set command_key = 'test/o1'", "platform.dead_letters"),
    ];

    /// <summary>A little of everything: orders, refunds, spending, expiry, a merge, a journey with a message sent and one skipped, a dead letter.</summary>
    private static async Task<JourneyHarness> Full(Dialect dialect)
    {
        var journey = await JourneyHarness.New(dialect);
        var door = journey.Door;
        await door.Publish("program", "default", Programs.WithRules);
        Identifier ann = Phone("13800000001"), bob = Phone("13800000002"), eve = Phone("13800000003");
        await door.Apply(
            Event("j1", 0, Join(), ann), Event("c1", 0, SmsYes, ann), Event("j2", 0, Join(), bob), Event("j3", 0, Join(), eve),
            Event("o1", 1, Order("T1", OrderStep.Completed, 10_000), ann), Event("o2", 1, Order("T2", OrderStep.Paid, 30_000), bob), Event("o3", 1, Order("T3", OrderStep.Completed, 90_000), ann),
            Event("g", 1, new PointsAdjusted("", 40, "gift", DoorHarness.Start + 2 * DoorHarness.Day), ann), Event("s", 3, Adjust(-25), ann), Event("s2", 3, Adjust(-160), ann),
            Event("r", 4, Refund("R1", "T1", 2_000), ann), Event("r2", 4, Refund("R2", null, 2_000), ann),
            Event("i", 1, new InteractionHappened("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty), bob),
            Event("no", 1, SmsYes with { Granted = false }, bob),
            Event("u", 1, new MemberUpdated(new Profile { City = "杭州" }), ann), Event("p", 1, new Danke.Persons.Attributes.PinAttribute("city", "上海", "test", "")) with { PersonId = 1 });
        await journey.Tick(2);
        await journey.NewSender().Sweep(CancellationToken.None);
        await door.Apply(Event("m", 5, new Danke.Persons.Linking.UnitePersons(2, "test", "")) with { PersonId = 1 });
        await door.Apply(Event("bad", 5, Refund("R9", "T1", 999_999), ann));
        journey.SetHours(30);
        return journey;
    }

    private static AuditRun NewRun(TimeProvider clock)
    {
        var services = new ServiceCollection().AddAudits().AddSingleton(new Vault(new byte[32]));
        foreach (var module in ModuleList.All) module.AddServices(services);
        return new AuditRun(services.BuildServiceProvider().GetServices<AuditCheck>(), clock);
    }

    [Theory, OnBothBooks]
    public async Task What_came_through_the_Door_agrees_and_every_check_has_looked_at_something(Dialect dialect)
    {
        await using var journey = await Full(dialect);

        var report = await NewRun(journey.Now).Run(journey.Door.Books);

        report.Checks.Where(c => c.Differences > 0).Select(c => $"{c.Name}: {string.Join("; ", c.First)}").ShouldBeEmpty();
        report.Ok.ShouldBeTrue();
        report.Checks.Where(c => c.Rows == 0 && c.Skipped is null).Select(c => c.Name).Order(StringComparer.Ordinal)
            .ShouldBe(["ledger.commands_of_redemptions", "ledger.commands_of_split_shortfalls", "ledger.commands_of_tier_facts", "ledger.commands_of_tier_grants", "ledger.persons_of_redemptions", "ledger.persons_of_split_shortfalls",
                "ledger.persons_of_tier_facts", "ledger.persons_of_tier_grants", "ledger.redemptions", "ledger.reserved", "ledger.tier_facts", "offers.commands_of_coupons", "offers.commands_of_offer_uses", "offers.counts", "offers.coupons", "offers.overdue", "offers.persons_of_coupons", "offers.persons_of_offer_uses", "offers.uses",
            "platform.outbox_positions", "touch.sending"]);
    }

    [Theory, OnBothBooks]
    public async Task A_change_beside_the_Door_is_found_in_every_checked_column(Dialect dialect)
    {
        await using var journey = await Full(dialect);
        var run = NewRun(journey.Now);
        foreach (var (change, check) in Changes)
        {
            await using var transaction = await journey.Door.Books.Begin();
            (await transaction.Execute(change)).ShouldBeGreaterThan(0, change);
            var found = (await run.Run(transaction, CancellationToken.None)).Checks.Where(c => c.Differences > 0).ToList();
            found.Select(c => c.Name).ShouldContain(check, change);
            found.ShouldAllBe(c => c.First.Count > 0 && c.First.All(d => d.Id.Length > 0 && d.Expected.Length > 0 && d.Found.Length > 0));
        }
    }

    [Theory, OnBothBooks]
    public async Task The_verb_works_through_a_running_server_and_without_one_and_exits_1_when_something_differs(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        var through = await danke.Verb("audit");
        (through.ExitCode, through.Output.Contains("Everything agrees", StringComparison.Ordinal)).ShouldBe((0, true), through.Output + through.Errors);

        await using (var books = BooksStore.FromSetting(danke.Settings.Books))
            await books.Write(t => t.Execute("insert into outbox_readers (reader, position_tx, position_seq, updated_at_ms) values ('somebody', 0, 1000000, 0)"));
        var found = await danke.Verb("audit");
        danke.Kill();
        var direct = await danke.Verb("audit", "--json");

        found.ExitCode.ShouldBe(1);
        found.Output.ShouldContain("WRONG platform.outbox_positions");
        found.Output.ShouldContain("somebody: expected before 1; found 1000000");
        direct.ExitCode.ShouldBe(1, direct.Errors);
        System.Text.Json.JsonDocument.Parse(direct.Output).RootElement.GetProperty("ok").GetBoolean().ShouldBeFalse();
    }

    [Theory, OnBothBooks]
    public async Task Every_check_is_proven_by_some_change(Dialect dialect)
    {
        await using var empty = await BooksFixture.New(dialect);
        var unproven = (await NewRun(TimeProvider.System).Run(empty.Store)).Checks.Where(c => c.Skipped is null).Select(c => c.Name)
            .Except(Changes.Select(c => c.Check)).ToList();

        // The unique index stands in the way of a proof, as it should.
        unproven.ShouldBe(["touch.messages_unique"]);
    }
}
