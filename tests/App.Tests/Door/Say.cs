using System.Collections.Immutable;
using System.Text;
using Danke.Contracts.Commands;

namespace Danke.App.Tests.Door;

/// <summary>Commands in few words. Days count from 2026-01-01.</summary>
internal static class Say
{
    public static Command Event(string id, double day, CommandBody body, params Identifier[] identifiers) => new()
    {
        Source = "test",
        Id = id,
        AtMs = DoorHarness.Start + (long)(day * DoorHarness.Day),
        Channel = "tmall",
        Shop = "s1",
        Identifiers = [.. identifiers],
        Body = body,
        BodyHash = body.GetHashCode(),
        Raw = Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}"""),
    };

    public static Identifier Phone(string value) => new("phone", "", value);
    public static Identifier Ouid(string value) => new("tmall_ouid", "s1", value);
    public static Identifier Union(string value) => new("wechat_unionid", "a", value);

    public static OrderContent Content(long amountMinor, long shippingMinor = 0, string currency = "CNY", long version = 0) => new()
    {
        Currency = currency,
        Lines = [new OrderLine("1", "A1", "面霜", "护肤", 1, amountMinor, amountMinor)],
        ShippingMinor = shippingMinor,
        TotalMinor = amountMinor + shippingMinor,
        Version = version,
    };

    public static OrderReported Order(string number, OrderStep step, long? amountMinor = null) =>
        new(step, number, amountMinor is { } amount ? Content(amount) : null);

    public static RefundSucceeded Refund(string number, string? order, long amountMinor) => new(number, order, "CNY", amountMinor, [], null);

    public static MemberJoined Join(string? card = null) => new("", card, Profile.Empty);

    public static PointsAdjusted Adjust(long points) => new("", points, "test", null);

    public static ImmutableArray<Command> Twice(this IEnumerable<Command> commands) => [.. commands.SelectMany(c => new[] { c, c })];
}
