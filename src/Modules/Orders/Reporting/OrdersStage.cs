using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Orders.Duplicates;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Orders.Reporting;

/// <summary>Keeps one order for all that its channel reports of it, in whatever order the reports come, and its refunds.</summary>
internal sealed class OrdersStage : IStage
{
    private readonly Dictionary<Step, string> keys = [];
    private readonly Dictionary<string, OrderRow> orders = [];
    private readonly HashSet<string> changed = [];
    private readonly HashSet<string> refundKeys = [];
    private readonly List<RefundRow> refunds = [];
    private readonly Dictionary<long, List<long>> knownRefunds = []; // order → its refunds, where these may change with it
    private readonly Dictionary<long, (long Person, long ViaKey)> claimed = []; // order → the person who turned out to have it
    private PurchaseBook purchases = null!;
    private DuplicateBook duplicates = null!;
    private Batch batch = null!;

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        this.batch = batch;
        keys.Clear();
        orders.Clear();
        changed.Clear();
        refundKeys.Clear();
        refunds.Clear();
        knownRefunds.Clear();
        claimed.Clear();
        foreach (var step in batch.Steps)
            if (OrderKeyOf(step.Command) is { } key) keys[step] = key;
        var asked = keys.Values.Concat(batch.Steps.SelectMany(s => DuplicateBook.KeysOf(s.Command.Body))).Distinct().ToArray();
        if (asked.Length > 0)
            foreach (var row in await books.Read(OrderRow.Select + " where order_key in ({keys:text}) order by order_key {for update}", OrderRow.Read, ("keys", asked)))
                orders[row.Key] = row;
        batch.Orders = orders.Values.Select(o => (o.State.OrderId, o.State.PersonId)).ToList();
        // A step or a refund may come without identifiers: the order knows whose it is.
        batch.PersonIds = batch.PersonIds.Concat(orders.Values.Select(o => o.State.PersonId).Where(p => p != 0)).Distinct().Order().ToList();
        await LoadKnownRefunds(books);
        batch.Purchases = purchases = new PurchaseBook(batch, books, orders);
        if (batch.Steps.Any(s => s.Command.Body is RefundSucceeded { Lines.IsDefaultOrEmpty: false }) || orders.Values.Any(o => o.State is { HasContent: false, LastRefundAtMs: not null })) await purchases.LoadReturns();
        duplicates = new DuplicateBook(orders);
        await duplicates.Load(batch, books);

        var wanted = batch.Steps.Where(s => s.Command.Body is RefundSucceeded).Select(s => RefundKeyOf(s.Command, (RefundSucceeded)s.Command.Body)).Distinct().ToArray();
        if (wanted.Length > 0)
            foreach (var key in await books.Read("select refund_key from refunds where refund_key in ({keys:text})", r => r.GetString(0), ("keys", wanted)))
                refundKeys.Add(key);
        await batch.Reserve("order", asked.Length);
        await batch.Reserve("refund", wanted.Length);
    }

    private async Task LoadKnownRefunds(BooksTransaction books)
    {
        var mayBeCopies = batch.Steps.Where(s => s.Command.Body is OrderReported { Content.Origin: not null }).Select(s => keys[s])
            .Concat(batch.Steps.SelectMany(s => DuplicateBook.KeysOf(s.Command.Body))).ToHashSet();
        // Those that a buyer may claim, and those that count no more, or again, with their order.
        var ids = orders.Values.Where(o => o.State is { RefundedMinor: > 0 } && (o.State.PersonId == 0 || o.State.Origin is not null || mayBeCopies.Contains(o.Key))).Select(o => o.State.OrderId).ToArray();
        if (ids.Length == 0) return;
        foreach (var group in (await books.Read("select order_id, refund_id from refunds where order_id in ({keys})",
                     r => (Order: r.GetInt64(0), Refund: r.GetInt64(1)), ("keys", ids))).GroupBy(r => r.Order))
            knownRefunds[group.Key] = group.Select(r => r.Refund).ToList();
    }

    private static string? OrderKeyOf(Command command) => command.Body switch
    {
        OrderReported report => OrderRow.KeyOf(command.Channel, command.Shop, report.Number),
        RefundSucceeded { Order: { } number } => OrderRow.KeyOf(command.Channel, command.Shop, number),
        _ => null,
    };

    private static string RefundKeyOf(Command command, RefundSucceeded refund) => OrderRow.KeyOf(command.Channel, command.Shop, refund.Refund);

    public Refusal? Check(Step step) => step.Command.Body switch
    {
        OrderReported { Content: { } content } => CheckContent(step, content),
        RefundSucceeded refund => CheckRefund(step, refund),
        AnswerDuplicate answer => duplicates.Check(answer),
        _ => null,
    };

    private Refusal? CheckContent(Step step, OrderContent content)
    {
        if (!orders.TryGetValue(keys[step], out var order)) return null;
        var known = order.State;
        if (known.Currency.Length > 0 && known.Currency != content.Currency)
            return new Refusal("order_currency_changed", $"The order is known in {known.Currency}; a later report says {content.Currency}.");
        if (OrderHistory.TakesContent(known, content, step.Command.AtMs) && known.RefundedMinor > 0 && known.RefundedMinor > content.TotalMinor)
            return new Refusal("refund_exceeds_order", $"{known.RefundedMinor} was refunded already, more than the order's {content.TotalMinor}.");
        return null;
    }

    private Refusal? CheckRefund(Step step, RefundSucceeded refund)
    {
        if (refundKeys.Contains(RefundKeyOf(step.Command, refund)))
            return new Refusal("refund_known", $"Refund {refund.Refund} was recorded before under another event id; it counts once.", Final: true);
        if (!keys.TryGetValue(step, out var key) || !orders.TryGetValue(key, out var order)) return null;
        if (order.State.Currency.Length > 0 && order.State.Currency != refund.Currency)
            return new Refusal("refund_currency_differs", $"The order is in {order.State.Currency}, the refund in {refund.Currency}.");
        if (order.State.HasContent && order.State.RefundedMinor + refund.AmountMinor > order.State.TotalMinor)
            return new Refusal("refund_exceeds_order",
                $"{order.State.RefundedMinor} of {order.State.TotalMinor} was refunded already; another {refund.AmountMinor} is more than the order.");
        if (order.State.HasContent && !refund.Lines.IsDefaultOrEmpty && purchases.TooMany(order.State, refund.Lines) is { } line)
            return new Refusal("refund_exceeds_order", $"With {line.Quantity} more of '{line.Line ?? line.Sku}', more pieces would have come back than were bought.");
        return null;
    }

    public void Apply(Step step)
    {
        if (step.Merges.Count > 0 || step.Moves.Count > 0) Follow(step);
        switch (step.Command.Body)
        {
            case OrderReported report:
                var (before, order) = OrderOf(step);
                var rewritten = report.Content is { } content && OrderHistory.TakesContent(order.State, content, step.Command.AtMs) && Rewrite(order, content);
                order.State = OrderHistory.Report(order.State, report, step.Command.AtMs);
                Changed(step, before, order, report.Type, rewritten);
                break;
            case RefundSucceeded refund:
                ApplyRefund(step, refund);
                break;
            case AnswerDuplicate answer:
                ApplyAnswer(step, answer);
                break;
        }
    }

    private void ApplyAnswer(Step step, AnswerDuplicate answer)
    {
        var (origin, order) = (duplicates.Apply(answer, step.Command.AtMs), orders[answer.Other]);
        if (origin == order.State.Origin) return;
        var before = order.State;
        order.State = OrderHistory.CopyOf(before, origin);
        Changed(step, before, order, answer.Type);
    }

    /// <summary>Answers whether there were other lines before.</summary>
    private static bool Rewrite(OrderRow order, OrderContent content)
    {
        var before = order.Lines;
        order.Lines = OrderJson.Lines(content.Lines);
        order.Payments = OrderJson.Payments(content.Payments);
        return order.State.HasContent && order.Lines != before;
    }

    private void ApplyRefund(Step step, RefundSucceeded refund)
    {
        var command = step.Command;
        refundKeys.Add(RefundKeyOf(command, refund));
        OrderState? before = null;
        OrderRow? order = null;
        if (refund.Order is not null) (before, order) = OrderOf(step);
        // It goes where its order goes.
        var (person, via) = order?.State is { PersonId: > 0 } owned ? (owned.PersonId, owned.ViaKey) : (step.Person.PersonId, step.Person.ViaKey);
        var row = new RefundRow
        {
            RefundId = batch.NewId("refund"),
            OrderId = order?.State.OrderId ?? 0,
            PersonId = person,
            ViaKey = via,
            Channel = command.Channel,
            Shop = command.Shop,
            Number = refund.Refund,
            Currency = refund.Currency,
            AmountMinor = refund.AmountMinor,
            Reason = refund.Reason,
            RefundedAtMs = command.AtMs,
            Lines = refund.Lines,
        };
        refunds.Add(row);
        step.Announce("orders.refund_succeeded.v1", "refunds", row.RefundId, new JsonObject { ["order"] = row.OrderId, ["amount_minor"] = row.AmountMinor });
        if (order is null) return;
        purchases.Return(row.OrderId, row.Lines);
        order.State = OrderHistory.Refund(order.State, refund.AmountMinor, command.AtMs) with
        {
            Currency = order.State.Currency.Length == 0 ? refund.Currency : order.State.Currency,
        };
        Changed(step, before, order, "order.refunded");
    }

    /// <summary>The order a command speaks of, as it was (null when new) and as it will be; on the command's person when it had none.</summary>
    private (OrderState? Before, OrderRow Order) OrderOf(Step step)
    {
        var key = keys[step];
        if (!orders.TryGetValue(key, out var order))
        {
            order = orders[key] = new OrderRow { Key = key, State = NewOrder(step) };
            return (null, order);
        }
        var before = order.State;
        if (before.PersonId == 0 && step.Person.PersonId != 0)
            Claim(order, step);
        return (before, order);
    }

    // A guest's order whose buyer is known now: its earlier refunds are the same person's.
    private void Claim(OrderRow order, Step step)
    {
        var person = step.Person.PersonId;
        order.State = order.State with { PersonId = person, ViaKey = step.Person.ViaKey };
        for (var i = 0; i < refunds.Count; i++)
            if (refunds[i].OrderId == order.State.OrderId) refunds[i] = refunds[i] with { PersonId = person, ViaKey = step.Person.ViaKey };
        foreach (var refund in knownRefunds.GetValueOrDefault(order.State.OrderId) ?? [])
        {
            claimed[order.State.OrderId] = (person, step.Person.ViaKey);
            step.Announce("orders.refund_claimed.v1", "refunds", refund, wasPerson: 0);
        }
    }

    private OrderState NewOrder(Step step) => new()
    {
        OrderId = batch.NewId("order"),
        PersonId = step.Person.PersonId,
        ViaKey = step.Person.ViaKey,
        Channel = step.Command.Channel,
        Shop = step.Command.Shop,
        Number = step.Command.Body is OrderReported report ? report.Number : ((RefundSucceeded)step.Command.Body).Order!,
    };

    private void Changed(Step step, OrderState? before, OrderRow order, string what, bool rewritten = false)
    {
        var after = order.State;
        changed.Add(order.Key);
        purchases.Changed(before, after);
        step.Order = new OrderChange(before, after);
        var moved = before is not null && before.PersonId != after.PersonId ? before.PersonId : (long?)null;
        // Perhaps fewer lines than before: Insight then looks for those that are no more.
        if (before is not null && (before.Kind == OrderKind.Copy) != (after.Kind == OrderKind.Copy))
            foreach (var refund in knownRefunds.GetValueOrDefault(after.OrderId) ?? [])
                step.Announce("orders.refund_succeeded.v1", "refunds", refund);
        step.Announce(AnnouncedAs(what), "orders", after.OrderId, rewritten ? new JsonObject { ["fewer_rows"] = true } : null, moved);
    }

    private static string AnnouncedAs(string what) => what switch
    {
        "order.placed" => "orders.order_placed.v1",
        "order.paid" => "orders.order_paid.v1",
        "order.shipped" => "orders.order_shipped.v1",
        "order.completed" => "orders.order_completed.v1",
        "order.closed" => "orders.order_closed.v1",
        "order.refunded" => "orders.order_refunded.v1",
        "order.declared_copy" => "orders.order_declared_copy.v1",
        "order.duplicate_reopened" => "orders.order_reopened.v1",
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    // Where a person went and where an identifier went, there goes what came in by it.
    private void Follow(Step step)
    {
        foreach (var order in orders.Values) order.State = order.State with { PersonId = step.OwnerAfter(order.State.PersonId, order.State.ViaKey) };
        purchases.Follow(step);
        // What was claimed in this batch is written at its end, for whoever has it then.
        foreach (var (order, (person, via)) in claimed.ToList()) claimed[order] = (step.OwnerAfter(person, via), via);
        for (var i = 0; i < refunds.Count; i++) refunds[i] = refunds[i] with { PersonId = step.OwnerAfter(refunds[i].PersonId, refunds[i].ViaKey) };
    }

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        await PersonMoves.Divide(books, batch, "orders", "refunds");
        await PersonMoves.Move(books, batch.Merges, "orders", "refunds");
        var known = batch.Orders.Select(o => o.OrderId).ToHashSet();
        var rows = changed.Select(k => orders[k]).ToList();
        await books.Insert(OrderRow.Table, rows.Where(r => !known.Contains(r.State.OrderId)).ToList());
        await books.Update(OrderRow.Table, rows.Where(r => known.Contains(r.State.OrderId)).ToList());
        await books.Insert(RefundRow.Table, refunds);
        await duplicates.Save(books);
        foreach (var (order, (person, via)) in claimed)
            await books.Execute("update refunds set person_id = @person, via_key = @via where order_id = @order and person_id = 0",
                ("person", person), ("via", via), ("order", order));
    }
}
