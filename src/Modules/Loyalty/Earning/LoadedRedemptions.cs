using System.Collections.Immutable;
using System.Data.Common;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>A redemption with where it belongs.</summary>
/// <param name="OrderKey">The order that the points pay for, as <see cref="OrderName.Key"/> writes it.</param>
internal sealed record RedemptionRow(
    long Id, long PersonId, string Program, string CommandKey, string? OrderKey, string? Reason, long AtMs, Redemption Redemption)
{
    public const string Select =
        "select redemption_id, person_id, program, command_key, order_key, reason, at_ms, state, via_key, ends_at_ms, released from redemptions";

    public static RedemptionRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.TextOrNull(4), r.TextOrNull(5), r.GetInt64(6),
        new Redemption(LedgerWords.ParseRedemptionState(r.GetString(7)), r.GetInt64(8), r.LongOrNull(9), []) { Released = r.GetInt64(10) });

    public static readonly Table<RedemptionRow> Table = new Table<RedemptionRow>("redemptions", "redemption_id")
        .Long("redemption_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.Redemption.Via).Text("program", r => r.Program)
        .Text("command_key", r => r.CommandKey).Text("order_key", r => r.OrderKey).Text("state", r => LedgerWords.Of(r.Redemption.State))
        .Long("points", r => r.Redemption.Points).Long("returned", r => r.Redemption.Returned).Long("released", r => r.Redemption.Released).LongOrNull("ends_at_ms", r => r.Redemption.EndsAtMs)
        .Long("at_ms", r => r.AtMs).Text("reason", r => r.Reason);
}

/// <summary>One lot that a redemption drew on.</summary>
internal sealed record DrawRow(long RedemptionId, long Place, PointsDraw Draw)
{
    public const string Select = "select redemption_id, place, lot_id, points, returned, expires_at_ms from redemption_draws";

    public static DrawRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), new PointsDraw(r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.LongOrNull(5)));

    public static readonly Table<DrawRow> Table = new Table<DrawRow>("redemption_draws", "redemption_id", "place")
        .Long("redemption_id", r => r.RedemptionId).Long("place", r => r.Place).Long("lot_id", r => r.Draw.LotId).Long("points", r => r.Draw.Points)
        .Long("returned", r => r.Draw.Returned).LongOrNull("expires_at_ms", r => r.Draw.ExpiresAtMs);
}

/// <summary>The redemptions that a batch speaks of. A batch that speaks of none asks the Books nothing.</summary>
internal sealed class LoadedRedemptions
{
    private readonly Dictionary<long, RedemptionRow> rows = [];
    private readonly Dictionary<string, long> byCommand = [];
    private readonly HashSet<string> orders = [];
    private readonly HashSet<long> known = [];
    private readonly HashSet<long> changed = [];
    private readonly List<RollbackRow> rollbacks = [];
    private readonly HashSet<long> rolledBack = [];

    /// <summary>Lots that something may be given back to.</summary>
    public IEnumerable<long> Lots => rows.Values.SelectMany(r => r.Redemption.Draws).Select(d => d.LotId).Distinct();

    /// <summary>Those that pay for an order.</summary>
    public IEnumerable<RedemptionRow> Tenders => rows.Values.Where(r => r.OrderKey is not null);

    public int Draws => rows.Values.Sum(r => r.Redemption.Draws.Length);

    public static async ValueTask<LoadedRedemptions> Load(Batch batch, BooksTransaction books, IEnumerable<string> alsoOrders, IReadOnlyCollection<long> also)
    {
        var loaded = new LoadedRedemptions();
        loaded.orders.UnionWith(alsoOrders);
        List<string> commands = [];
        List<long> numbers = [.. also];
        foreach (var step in batch.Steps)
            switch (step.Command.Body)
            {
                case RedemptionSettled { Number: 0 } settled: commands.Add(CommandOf(step.Command, settled)); break;
                case RedemptionSettled settled: numbers.Add(settled.Number); break;
                case RedemptionRolledBack undone: commands.Add(undone.Redemption); break;
                case LapseReservation lapse: numbers.Add(lapse.Redemption); break;
                case RefundSucceeded { Order: { } number }: loaded.orders.Add(OrderName.Key(step.Command.Channel, step.Command.Shop, number)); break;
                case OrderReported { Step: OrderStep.Closed } closed: loaded.orders.Add(OrderName.Key(step.Command.Channel, step.Command.Shop, closed.Number)); break;
            }
        if (commands.Count > 0) await loaded.Read(books, " where command_key in ({keys:text})", commands.ToArray());
        if (numbers.Count > 0) await loaded.Read(books, " where redemption_id in ({keys})", numbers.ToArray());
        if (loaded.orders.Count > 0) await loaded.Read(books, " where order_key in ({keys:text})", loaded.orders.ToArray());
        if (loaded.rows.Count > 0) await loaded.ReadDraws(books);
        if (loaded.rows.Count > 0 && batch.Steps.Any(s => s.Command.Body is RedemptionRolledBack))
            loaded.rolledBack.UnionWith(await books.Read("select redemption_id from redemption_rollbacks where redemption_id in ({keys})", r => r.GetInt64(0), ("keys", loaded.rows.Keys.ToArray())));
        return loaded;
    }

    private static string CommandOf(Command command, RedemptionSettled settled) => $"{command.Source}/{settled.Redemption}";

    private async ValueTask Read(BooksTransaction books, string where, object keys)
    {
        foreach (var row in await books.Read(RedemptionRow.Select + where, RedemptionRow.Read, ("keys", keys)))
        {
            rows[row.Id] = row;
            byCommand[row.CommandKey] = row.Id;
            known.Add(row.Id);
        }
    }

    private async ValueTask ReadDraws(BooksTransaction books)
    {
        var draws = await books.Read(DrawRow.Select + " where redemption_id in ({keys}) order by redemption_id, place", DrawRow.Read, ("keys", rows.Keys.ToArray()));
        foreach (var of in draws.GroupBy(d => d.RedemptionId))
        {
            var row = rows[of.Key];
            rows[of.Key] = row with { Redemption = row.Redemption with { Draws = [.. of.Select(d => d.Draw)] } };
        }
    }

    public RedemptionRow? Find(Command command, RedemptionSettled settled) =>
        Find(settled.Number != 0 ? settled.Number : byCommand.GetValueOrDefault(CommandOf(command, settled)));

    public RedemptionRow? Find(RedemptionRolledBack undone) => Find(byCommand.GetValueOrDefault(undone.Redemption));

    public bool IsRolledBack(long id) => rolledBack.Contains(id);

    public void Add(RollbackRow rollback)
    {
        rollbacks.Add(rollback);
        rolledBack.Add(rollback.RedemptionId);
    }

    public RedemptionRow? Find(long id) => rows.GetValueOrDefault(id);

    /// <summary>Redemptions that pay for the order; null when they were not looked for.</summary>
    public List<RedemptionRow>? Of(string orderKey) => orders.Contains(orderKey) ? [.. rows.Values.Where(r => r.OrderKey == orderKey).OrderBy(r => r.Id)] : null;

    public void Put(RedemptionRow row)
    {
        rows[row.Id] = row;
        byCommand[row.CommandKey] = row.Id;
        changed.Add(row.Id);
    }

    /// <summary>They go where the identifier goes by which the member spent.</summary>
    public void Follow(Func<RedemptionRow, long> personOf)
    {
        foreach (var row in rows.Values.ToList()) rows[row.Id] = row with { PersonId = personOf(row) };
    }

    public async ValueTask Save(BooksTransaction books)
    {
        if (changed.Count == 0) return;
        var (again, fresh) = (changed.Where(known.Contains).Select(id => rows[id]).ToList(), changed.Where(id => !known.Contains(id)).Select(id => rows[id]).ToList());
        await books.Insert(RedemptionRow.Table, fresh);
        await books.Insert(DrawRow.Table, [.. fresh.SelectMany(DrawsOf)]);
        await books.Upsert(RedemptionRow.Table, again);
        await books.Upsert(DrawRow.Table, [.. again.SelectMany(DrawsOf)]);
        await books.Insert(RollbackRow.Table, rollbacks);
    }

    private static IEnumerable<DrawRow> DrawsOf(RedemptionRow row) => row.Redemption.Draws.Select((d, i) => new DrawRow(row.Id, i, d));
}
