using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Engines.Demo;

namespace Danke.Demo;

/// <summary>Says the generator's events in the words of the Door.</summary>
internal static class DemoCommands
{
    /// <summary>The plan's events as commands, in the order in which they arrive; made while they are read.</summary>
    public static IEnumerable<Command> Of(DemoPlan plan) => DemoGenerator.Generate(plan).Select(Of);

    /// <summary>The command of an event, the same that reading the event's JSON gives.</summary>
    public static Command Of(DemoEvent told)
    {
        var command = new Command
        {
            Source = told.Source,
            Id = told.Id,
            AtMs = told.AtMs,
            Channel = told.Channel,
            Shop = told.Shop,
            Identifiers = ImmutableArray.CreateRange(told.Identifiers, i => new Identifier(i.Namespace, i.Scope, i.Value, i.Verified)),
            Body = Body(told.Fact),
        };
        return command with { BodyHash = EventHash.Of(command) };
    }

    private static CommandBody Body(DemoFact fact) => fact switch
    {
        DemoFact.OrderStepped step => new OrderReported(Step(step.Step), step.Order.Number, step.TellsContent ? Content(step) : null),
        DemoFact.Refunded refund => new RefundSucceeded(refund.Refund, refund.Order, DemoBrand.Currency, refund.AmountMinor, ImmutableArray.CreateRange(refund.Lines, Refund), refund.Reason),
        DemoFact.Joined joined => new MemberJoined(DemoBrand.Program, joined.Card, Profile(joined.Profile)),
        DemoFact.ProfileTold told => new MemberUpdated(Profile(told.Profile)),
        DemoFact.Left left => new MemberLeft(DemoBrand.Program, left.Reason),
        DemoFact.Interacted interaction => new InteractionHappened(interaction.Kind, interaction.Properties),
        DemoFact.Consented consent => new ConsentChanged(Via(consent.Via), "marketing", consent.Point, consent.Granted, consent.Evidence),
        DemoFact.PointsAdjusted points => new PointsAdjusted(DemoBrand.Program, points.Points, points.Reason, null),
        DemoFact.PointsRedeemed spent => new PointsRedeemed(false, DemoBrand.Program, spent.Points, spent.Reason, null, null),
        _ => throw new ArgumentException($"{fact.GetType().Name} is no fact that the Door has a command for.", nameof(fact)),
    };

    private static OrderStep Step(DemoStep step) => step switch
    {
        DemoStep.Placed => OrderStep.Placed,
        DemoStep.Paid => OrderStep.Paid,
        DemoStep.Shipped => OrderStep.Shipped,
        DemoStep.Completed => OrderStep.Completed,
        DemoStep.Closed => OrderStep.Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static OrderContent Content(DemoFact.OrderStepped step) => new()
    {
        Currency = DemoBrand.Currency,
        Lines = ImmutableArray.CreateRange(step.Order.Lines, Line),
        ShippingMinor = step.Order.ShippingMinor,
        DiscountMinor = step.Order.DiscountMinor,
        TotalMinor = step.Order.TotalMinor,
        Payments = step.TellsPayments ? ImmutableArray.CreateRange(step.Order.Payments, p => new Payment(p.Method, p.AmountMinor)) : [],
        Store = step.Order.Store,
    };

    private static OrderLine Line(DemoLine line) =>
        new(line.Line, line.Article.Sku, line.Article.Name, line.Article.Category, line.Quantity, line.Article.PriceMinor, line.AmountMinor);

    private static RefundLine Refund(DemoLine line) =>
        new(line.Line, line.Article.Sku, line.Article.Name, line.Quantity, line.AmountMinor);

    private static Profile Profile(DemoProfile profile) => new()
    {
        Name = profile.Name,
        Gender = profile.Gender,
        Birthday = profile.Birthday,
        Province = profile.Province,
        City = profile.City,
        Language = "zh-CN",
        Attributes = profile.SkinType is { } skin ? NoAttributes.Add("skin_type", skin) : NoAttributes,
    };

    private static readonly ImmutableSortedDictionary<string, string> NoAttributes = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private static ContactChannel Via(string via) => via switch
    {
        "sms" => ContactChannel.Sms,
        "email" => ContactChannel.Email,
        _ => throw new ArgumentOutOfRangeException(nameof(via)),
    };
}
