using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Loyalty.Auditing;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging.Abstractions;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

/// <summary>Books of a server from before the ledger had chains (module loyalty, migration 7), upgraded as a start does.</summary>
public sealed class ChainUpgradeTests
{
    private const int Chains = 7;

    private static readonly Identifier Ann = Phone("13800000001"), Bob = Phone("13800000002");
    private static readonly Vault Vault = new(new byte[32]);

    private static readonly AuditRun Audited = new(
        [.. LedgerChecks.All.Where(c => c.Name != "ledger.overdue"), .. DoubleEntryChecks.All, ChainChecks.Ends, ChainChecks.Entries(Vault), ChainChecks.Lots(Vault)], TimeProvider.System);

    // Earned at once and after a wait, given by hand, taken back, written off, ended, united: all that an older server wrote alike.
    private static readonly Command[] History =
    [
        Event("ja", 0, Join(), Ann), Event("jb", 0, Join(), Bob), Event("o1", 1, Order("T1", OrderStep.Completed, 90_000), Ann), Event("o2", 2, Order("T2", OrderStep.Paid, 30_000), Bob),
        Event("o3", 2, Order("T3", OrderStep.Completed, 12_000), Bob), Event("g", 2, Adjust(40) with { ExpiresAtMs = DoorHarness.Start + 4 * DoorHarness.Day }, Ann),
        Event("t", 3, Adjust(-850), Ann), Event("r1", 4, Refund("R1", "T1", 50_000), Ann), Event("r2", 4, Refund("R2", "T2", 10_000), Bob), Event("x", 6, new ExpirePoints("default"), Ann),
        Event("u", 7, new MemberUpdated(Profile.Empty), Ann, Ouid("a")), Event("o4", 8, Order("T4", OrderStep.Completed, 20_000), Ouid("a")), Event("m", 9, new MemberUpdated(Profile.Empty), Bob, new Identifier("member", "", "c1")),
    ];

    private static async Task<DoorHarness> Lived(Dialect dialect, params Command[] more)
    {
        var door = await DoorHarness.New(dialect, Programs.Plain);
        (await door.Apply([.. History, .. more])).ShouldAllBe(a => a.Status == AnswerStatus.Applied);
        return door;
    }

    /// <summary>The same rows in Books of the older schema; what later columns say is not there, nor the entries that an older server did not write.</summary>
    private static async Task<BooksFixture> Older(Dialect dialect, BooksStore from)
    {
        var older = await BooksFixture.Before(dialect, "loyalty", Chains);
        var columns = (await older.Store.Read("""
            {sqlite:select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' order by m.name, p.cid}
            {postgres:select table_name::text, column_name::text from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position}
            """, r => (Table: r.GetString(0), Column: r.GetString(1)))).ToLookup(c => c.Table, c => c.Column);
        string[] kept = ["definitions", "sequences", "persons", "person_aliases", "identifiers", "links", "commands", "orders", "refunds", "memberships", "lots", "points_entries", "order_awards", "tier_moves", "redemptions", "redemption_draws"];
        foreach (var table in kept)
        {
            string[] names = [.. columns[table]];
            names.ShouldNotBeEmpty(table);
            var rows = await from.Read($"select {string.Join(", ", names)} from {table}{(table == "points_entries" ? " where kind <> 'confirm'" : "")}", r => names.Select((_, i) => r.IsDBNull(i) ? null : r.GetValue(i)).ToArray());
            await older.Store.Write(async t =>
            {
                await t.Execute($"delete from {table}");
                foreach (var row in rows)
                {
                    var said = names.Zip(row).Where(c => c.Second is not null).ToList();
                    await t.Execute($"insert into {table} ({string.Join(", ", said.Select(c => c.First))}) values ({string.Join(", ", said.Select((_, i) => $"@p{i}"))})", [.. said.Select((c, i) => ($"p{i}", c.Second))]);
                }
            });
        }
        columns["points_entries"].ShouldNotContain("link");
        columns["lots"].ShouldNotContain("seal");
        return older;
    }

    private static async Task Upgrade(BooksFixture older)
    {
        await older.Migrate();
        await ChainUpgrade.Run(older.Store, Vault, NullLogger.Instance, CancellationToken.None);
    }

    private static async Task ShouldProveItself(BooksStore books)
    {
        var report = await Audited.Run(books);
        report.Checks.Where(c => c.Differences > 0).Select(c => $"{c.Name}: {string.Join("; ", c.First)}").ShouldBeEmpty();
        report.Checks.Single(c => c.Name == "ledger.chain").Rows.ShouldBeGreaterThan(0);
    }

    private static async Task<string> Ledger(BooksStore books)
    {
        var lines = new List<string>();
        foreach (var (table, order) in new[] { ("points_entries", "entry_id"), ("lots", "lot_id"), ("growth_chains", "program, via_key"), ("ledger_days", "program, day, account, kind") })
            lines.AddRange(await books.Read($"select * from {table} order by {order}", r => table + ": " + string.Join(" | ", Enumerable.Range(0, r.FieldCount)
                .Select(i => (Name: r.GetName(i), Value: r.IsDBNull(i) ? "-" : r.GetValue(i) is byte[] b ? Convert.ToHexString(b) : $"{r.GetValue(i)}")).OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => $"{c.Name}={c.Value}"))));
        return string.Join('\n', lines);
    }

    [Theory, OnBothBooks]
    public async Task Rows_from_before_are_linked_sealed_and_accounted_as_if_they_had_been_from_the_first(Dialect dialect)
    {
        await using var now = await Lived(dialect);
        (await now.Number("select count(*) from points_entries where kind in ('write_off', 'expire', 'claw_back', 'cancel')")).ShouldBeGreaterThanOrEqualTo(4);
        await using var older = await Older(dialect, now.Books);

        await Upgrade(older);

        DoorHarness.Difference(await Ledger(now.Books), await Ledger(older.Store)).ShouldBeEmpty();
        await ShouldProveItself(older.Store);
        // A second start finds nothing left to do.
        await Upgrade(older);
        DoorHarness.Difference(await Ledger(now.Books), await Ledger(older.Store)).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task What_was_reserved_spent_or_given_back_before_proves_itself_and_goes_on(Dialect dialect)
    {
        static PointsRedeemed Redeem(bool reserve, long points) => new(reserve, "", points, null, null, DoorHarness.Start + (reserve ? 40 : 0) * DoorHarness.Day is var ends && reserve ? ends : null);
        await using var now = await Lived(dialect, Event("s1", 10, Redeem(false, 30), Ann), Event("k1", 10, Redeem(true, 20), Ann), Event("k2", 10, Redeem(true, 25), Ann), Event("k3", 10, Redeem(true, 15), Ann),
            Event("c2", 11, new RedemptionSettled(RedemptionStep.Confirmed, "k2", null), Ann), Event("l3", 11, new RedemptionSettled(RedemptionStep.Released, "k3", null), Ann));
        (await now.Number("select count(*) from points_entries where kind = 'confirm'")).ShouldBe(1);
        await using var older = await Older(dialect, now.Books);

        await Upgrade(older);

        await ShouldProveItself(older.Store);
        (await older.Store.Read("select cast(coalesce(sum(points), 0) as bigint) from ledger_days where account = 'reserved'", r => r.GetInt64(0)))[0].ShouldBe(20);
        // The Door goes on where the upgrade ended.
        await using var door = DoorHarness.On(older.Shared());
        (await door.Apply(Event("c1", 12, new RedemptionSettled(RedemptionStep.Confirmed, "k1", null), Ann), Event("o9", 13, Order("T9", OrderStep.Completed, 7_000), Ann),
            Event("r3", 13, Refund("R3", "T3", 12_000), Bob))).ShouldAllBe(a => a.Status == AnswerStatus.Applied);
        await ShouldProveItself(older.Store);
    }

    [Theory, OnBothBooks]
    public async Task From_the_upgrade_on_a_changed_digit_is_found(Dialect dialect)
    {
        await using var now = await Lived(dialect);
        await using var older = await Older(dialect, now.Books);
        await Upgrade(older);
        foreach (var (change, check) in new[]
                 {
                     ("update points_entries set at_ms = at_ms + 1 where entry_id = (select min(entry_id) from points_entries)", "ledger.chain"),
                     ("update points_entries set growth = growth + 10, between_points = 1 where entry_id = (select max(entry_id) from points_entries)", "ledger.chain"),
                     ("update lots set expires_at_ms = expires_at_ms + 86400000 where lot_id = (select max(lot_id) from lots where expires_at_ms is not null)", "ledger.seals"),
                     ("delete from points_entries where entry_id = (select max(entry_id) from points_entries where lot_id <> 0)", "ledger.chain_ends"),
                 })
        {
            await using var transaction = await older.Store.Begin();
            (await transaction.Execute(change)).ShouldBe(1, change);
            (await Audited.Run(transaction, CancellationToken.None)).Checks.Where(c => c.Differences > 0).Select(c => c.Name).ShouldContain(check, change);
        }
    }
}
