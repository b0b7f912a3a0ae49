using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Orders.Reporting;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Orders.Duplicates;

/// <summary>What was said of two orders; <see cref="Low"/> is the smaller number.</summary>
internal sealed record DuplicateRow(long Low, long High, string Answer, long CopyOrder, string By, long AtMs)
{
    public static (long, long) KeyOf(long a, long b) => a < b ? (a, b) : (b, a);

    public static readonly Table<DuplicateRow> Table = new Table<DuplicateRow>("order_duplicates", "low_order", "high_order")
        .Long("low_order", r => r.Low).Long("high_order", r => r.High).Text("answer", r => r.Answer).Long("copy_order", r => r.CopyOrder)
        .Text("answered_by", r => r.By).Long("answered_ms", r => r.AtMs);
}

/// <summary>The batch's answers to whether two orders are one sale.</summary>
internal sealed class DuplicateBook(IReadOnlyDictionary<string, OrderRow> orders)
{
    private readonly Dictionary<(long, long), DuplicateRow> known = [];
    private readonly HashSet<(long, long)> changed = [];

    /// <summary>The keys of the orders that a command answers for.</summary>
    public static string[] KeysOf(CommandBody body) => body is AnswerDuplicate answer ? [answer.Kept, answer.Other] : [];

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        var ids = batch.Steps.SelectMany(s => KeysOf(s.Command.Body)).Distinct().Where(orders.ContainsKey).Select(k => orders[k].State.OrderId).ToArray();
        if (ids.Length == 0) return;
        foreach (var row in await books.Read("select low_order, high_order, answer, copy_order, answered_by, answered_ms from order_duplicates where low_order in ({keys})",
                     r => new DuplicateRow(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetInt64(5)), ("keys", ids)))
            known[(row.Low, row.High)] = row;
    }

    public Refusal? Check(AnswerDuplicate answer)
    {
        if (!orders.TryGetValue(answer.Kept, out var kept) || !orders.TryGetValue(answer.Other, out var other) || kept == other)
            return new Refusal("no_such_order", "Name two orders that are known.", Final: true);
        var before = known.GetValueOrDefault(DuplicateRow.KeyOf(kept.State.OrderId, other.State.OrderId));
        if (answer.Answer == DuplicateAnswer.TakenBack) return before is null || before.CopyOrder == kept.State.OrderId ? new Refusal("not_answered", "Nobody has said anything of these two orders.", Final: true) : null;
        if (before is not null) return new Refusal("already_answered", "Somebody answered this already. Take that answer back first.", Final: true);
        if (kept.State.PersonId != other.State.PersonId) return new Refusal("orders_of_two", "The orders are of two persons.", Final: true);
        return answer.Answer == DuplicateAnswer.Two || kept.State.Kind == OrderKind.Sale && other.State.Kind == OrderKind.Sale ? null
            : new Refusal("order_no_sale", "Only a sale can be a copy, and only of a sale.", Final: true);
    }

    /// <summary>Answers the origin that the other order has from now on.</summary>
    public string? Apply(AnswerDuplicate answer, long atMs)
    {
        var (kept, other) = (orders[answer.Kept].State, orders[answer.Other].State);
        var key = DuplicateRow.KeyOf(kept.OrderId, other.OrderId);
        changed.Add(key);
        if (answer.Answer == DuplicateAnswer.TakenBack)
        {
            known.Remove(key);
            return other.Origin == OriginOf(kept) ? null : other.Origin;
        }
        var isOne = answer.Answer == DuplicateAnswer.One;
        known[key] = new DuplicateRow(key.Item1, key.Item2, isOne ? "one" : "two", isOne ? other.OrderId : 0, answer.By, atMs);
        return isOne ? OriginOf(kept) : other.Origin;
    }

    /// <summary>How a copy names the order.</summary>
    public static string OriginOf(OrderState order) => OrderName.Origin(order.Channel, order.Shop, order.Number);

    public async ValueTask Save(BooksTransaction books)
    {
        foreach (var (low, high) in changed.Where(k => !known.ContainsKey(k)))
            await books.Execute("delete from order_duplicates where low_order = @low and high_order = @high", ("low", low), ("high", high));
        await books.Upsert(DuplicateRow.Table, [.. changed.Where(known.ContainsKey).Order().Select(k => known[k])]);
    }
}
