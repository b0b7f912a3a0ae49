using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>Who buys, where and when.</summary>
/// <param name="Persona">Null for a guest in a store.</param>
/// <param name="Store">The store's code; null online.</param>
/// <param name="HasJoined">The buyer is a member at this moment.</param>
internal sealed record Sale(Persona? Persona, DemoChannel Channel, string? Store, long AtMs, bool HasJoined, bool OnPromotion, double MeanValueMinor)
{
    public long Person => Persona?.Number ?? -1;
    public string Shop => Store ?? Channel.Shop;
    public ImmutableArray<DemoIdentifier> Known => Persona?.KnownOn(Channel, HasJoined) ?? [];
    public ImmutableArray<DemoIdentifier> KnownLater => Persona?.KnownLaterOn(Channel, HasJoined) ?? [];
}

/// <summary>Tells an order's life: placed, paid, shipped, completed; sometimes closed unpaid; sometimes refunded.</summary>
internal sealed class OrderLife(DemoPlan plan, SalesCalendar calendar, EventCalendar events)
{
    /// <summary>Of a hundred paid orders, six are refunded online and one in a store.</summary>
    private const double RefundChance = 0.06;
    private const double StoreRefundChance = 0.01;

    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    private static readonly string[] LateReasons = ["七天无理由退货", "与描述不符", "使用后过敏", "包装破损", "发错货"];
    private readonly int[,] ordersOfDay = new int[calendar.Days, DemoChannel.All.Length];

    /// <summary>A purchase. Online, one in twenty is ordered in vain first: left unpaid, closed, ordered again.</summary>
    public void Tell(Sale sale, RandomStream random)
    {
        if (sale.Channel.IsStore)
        {
            TellInStore(sale, random);
            return;
        }
        if (random.Chance(0.05)) TellUnpaid(sale with { AtMs = Math.Max(calendar.StartMs, sale.AtMs - random.NextBetween(2, 50) * Minute) }, random);
        TellOnline(sale, random);
    }

    private void TellInStore(Sale sale, RandomStream random)
    {
        var order = Fill(sale, random);
        Step(sale, order, DemoStep.Paid, sale.AtMs);
        Step(sale, order, DemoStep.Completed, sale.AtMs + Second);
        if (random.Chance(StoreRefundChance))
            Refund(sale, order, sale.AtMs + random.NextBetween(1, 10) * SalesCalendar.DayMs, random);
        else
            Redeem(sale, order, sale.AtMs + Second, random);
    }

    private void TellUnpaid(Sale sale, RandomStream random)
    {
        var order = Fill(sale, random);
        Step(sale, order, DemoStep.Placed, sale.AtMs);
        Step(sale, order, DemoStep.Closed, sale.AtMs + random.NextBetween(30, 1440) * Minute);
    }

    private void TellOnline(Sale sale, RandomStream random)
    {
        var order = Fill(sale, random);
        var paid = sale.AtMs + 8 * Second + (long)random.NextExponential(150 * Second);
        Step(sale, order, DemoStep.Placed, sale.AtMs);
        Step(sale, order, DemoStep.Paid, paid);

        var isRefunded = random.Chance(RefundChance);
        if (isRefunded && random.Chance(0.35))
        {
            ChangeMind(sale, order, paid, random);
            return;
        }
        var shipped = paid + 2 * Hour + (long)(random.NextUnit() * 46 * Hour);
        var completed = shipped + random.NextBetween(7 * 24, 10 * 24) * Hour + random.NextBelow(Hour);
        Step(sale, order, DemoStep.Shipped, shipped);
        if (isRefunded) completed = Return(sale, order, shipped, completed, random);
        if (completed > 0) Step(sale, order, DemoStep.Completed, completed);
        if (completed > 0 && !isRefunded) Redeem(sale, order, completed, random);
    }

    /// <summary>Everything back before it was sent.</summary>
    private void ChangeMind(Sale sale, DemoOrder order, long paid, RandomStream random)
    {
        var at = paid + random.NextBetween(3, 20 * 60) * Minute;
        RefundAll(sale, order, at, "不想要了");
        Step(sale, order, DemoStep.Closed, at + Second);
    }

    /// <summary>Something back after delivery: mostly before the order is completed, else some days after.</summary>
    /// <returns>When the order is completed; 0 when all of it came back before.</returns>
    private long Return(Sale sale, DemoOrder order, long shipped, long completed, RandomStream random)
    {
        if (random.Chance(0.3))
        {
            Refund(sale, order, completed + random.NextBetween(6, 14 * 24) * Hour, random);
            return completed;
        }
        var at = shipped + (long)((completed - shipped) * (0.3 + 0.6 * random.NextUnit()));
        var isWhole = Refund(sale, order, at, random);
        if (!isWhole) return completed;
        Step(sale, order, DemoStep.Closed, at + Second);
        return 0;
    }

    /// <returns>True when the whole order came back.</returns>
    private bool Refund(Sale sale, DemoOrder order, long at, RandomStream random)
    {
        var reason = LateReasons[random.NextBelow(LateReasons.Length)];
        if (random.Chance(0.35) || (order.Lines.Length == 1 && order.Lines[0].Quantity == 1))
        {
            RefundAll(sale, order, at, reason);
            return true;
        }
        var line = order.Lines[(int)random.NextBelow(order.Lines.Length)];
        var quantity = order.Lines.Length == 1 ? random.NextBetween(1, line.Quantity - 1) : line.Quantity;
        var listed = line.AmountMinor * quantity / line.Quantity;
        var paidForIt = listed - listed * order.DiscountMinor / order.LinesMinor;
        Tell(sale, at, new DemoFact.Refunded("R" + order.Number, order.Number, paidForIt, [line with { Quantity = quantity, AmountMinor = paidForIt }], reason));
        return false;
    }

    private void RefundAll(Sale sale, DemoOrder order, long at, string reason) =>
        Tell(sale, at, new DemoFact.Refunded("R" + order.Number, order.Number, order.TotalMinor, order.Lines, reason));

    /// <summary>Some members spend points in the points mall after an order; never more than half of what it earned.</summary>
    private void Redeem(Sale sale, DemoOrder order, long completed, RandomStream random)
    {
        var points = order.TotalMinor / 100 / 2 / 50 * 50;
        if (!sale.HasJoined || points == 0 || !random.Chance(0.12)) return;
        var at = completed + random.NextBetween(1, 20 * 24) * Hour;
        events.Add(sale.Person, at, "points-mall", $"X{order.Number}", "wechat", "mini", [sale.Persona!.CardIdentifier],
            new DemoFact.PointsRedeemed(points, "积分商城兑换"));
    }

    private void Step(Sale sale, DemoOrder order, DemoStep step, long at)
    {
        var known = step is DemoStep.Placed or DemoStep.Paid ? sale.Known : sale.KnownLater;
        events.Add(sale.Person, at, sale.Channel.Source, $"{order.Number}/{StepNames[(int)step]}", sale.Channel.Code, sale.Shop, known,
            new DemoFact.OrderStepped(step, order));
    }

    private static readonly string[] StepNames = ["placed", "paid", "shipped", "completed", "closed"];

    private void Tell(Sale sale, long at, DemoFact.Refunded refund) =>
        events.Add(sale.Person, at, sale.Channel.Source, $"{refund.Refund}/refunded", sale.Channel.Code, sale.Shop, sale.KnownLater, refund);

    private DemoOrder Fill(Sale sale, RandomStream random)
    {
        var lines = Basket.Fill(random, plan.Model, sale.MeanValueMinor, sale.OnPromotion);
        var value = lines.Sum(l => l.AmountMinor);
        var shipping = sale.Channel.IsStore || value >= 9_900 ? 0 : 1_000;
        // Thirty off for three hundred, for those who have taken the coupon.
        var discount = value >= 30_000 && random.Chance(0.35) ? value / 30_000 * 3_000 : 0;
        var total = value + shipping - discount;
        return new DemoOrder(NextNumber(sale), lines, shipping, discount, Pay(sale.Channel, total, random), sale.Store);
    }

    private static ImmutableArray<DemoPayment> Pay(DemoChannel channel, long total, RandomStream random)
    {
        var methods = channel.Payments;
        var method = methods[methods.Length > 1 && random.Chance(0.3) ? 1 + (int)random.NextBelow(methods.Length - 1) : 0];
        if (!channel.IsStore || total < 20_000 || !random.Chance(0.04)) return [new DemoPayment(method, total)];
        return [new DemoPayment("gift_card", 10_000), new DemoPayment(method, total - 10_000)];
    }

    // TM240611000123: channel, date, count within channel and day.
    private string NextNumber(Sale sale)
    {
        var day = calendar.DayOf(sale.AtMs);
        var count = ++ordersOfDay[day, DemoChannel.All.IndexOf(sale.Channel)];
        var date = calendar.DateOf(day);
        return $"{sale.Channel.OrderPrefix}{date.Year % 100:00}{date.Month:00}{date.Day:00}{count:000000}";
    }
}
