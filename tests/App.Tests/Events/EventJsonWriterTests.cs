using System.Collections.Immutable;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Demo;
using Danke.Engines.Demo;

namespace Danke.App.Tests.Events;

public sealed class EventJsonWriterTests
{
    private const long Now = 1_795_000_000_000;

    private static readonly ImmutableSortedDictionary<string, string> NoTexts = ImmutableSortedDictionary<string, string>.Empty;

    private static readonly OrderContent Content = new()
    {
        Currency = "CNY",
        Lines = [new("1", "A1", "单品 \"一\"", "面膜", 2, 9_900, 19_800), new("b", "A2", null, null, 1, 100, 0)],
        ShippingMinor = 1_000,
        DiscountMinor = 300,
        TotalMinor = 20_500,
        Payments = [new("alipay", 20_000), new("gift_card", 500)],
        Store = "SH001",
        Origin = "youzan:shop:E77",
        Version = 3,
    };

    public static TheoryData<CommandBody> Bodies =>
    [
        new OrderReported(OrderStep.Placed, "T1", Content),
        new OrderReported(OrderStep.Paid, "T1", Content with { Payments = [], Store = null, Origin = null, Version = 0, ShippingMinor = 0, DiscountMinor = 0, TotalMinor = 19_800 }),
        new OrderReported(OrderStep.Shipped, "T1", null),
        new OrderReported(OrderStep.Completed, "T/1?&<>", null),
        new OrderReported(OrderStep.Closed, "T1", Content with { Kind = OrderKind.Adjustment, Lines = [new("1", "A1", "", "", -2, 500, -1_000)], TotalMinor = -300 }),
        new RefundSucceeded("R1", "T1", "JPY", 0, [], null),
        new RefundSucceeded("R2", null, "CNY", 9_900, [new("1", "A1", "名", 1, 9_000), new(null, null, null, 0, 900)], ""),
        new MemberJoined("", null, Profile.Empty),
        new MemberJoined("club", "C1", new Profile { Name = "李雷 😀", Gender = "x", Birthday = "--02-29", Province = "浙江省", City = "杭州市", Language = "zh-CN", Attributes = NoTexts.Add("skin_type", "油性").Add("空", "") }),
        new MemberUpdated(new Profile { Birthday = "1990-05-17" }),
        new MemberLeft("", null),
        new MemberLeft("club", "moved\naway"),
        new InteractionHappened("page.view", NoTexts),
        new InteractionHappened("page.view", NoTexts.Add("page", "/goods/1?a=\"b\"\\c").Add("z", "👩‍👩‍👧")),
        new ConsentChanged(ContactChannel.Sms, "marketing", "13800138000", true, "form"),
        new ConsentChanged(ContactChannel.Wecom, "profiling", "", false, null),
        new PointsRedeemed(false, "", 100, "mug", "T1", null),
        new PointsRedeemed(true, "club", 1, null, null, 4_102_444_799_999),
        new RedemptionSettled(RedemptionStep.Confirmed, "till/1", 50),
        new RedemptionSettled(RedemptionStep.Released, "till/1", null),
        new RedemptionSettled(RedemptionStep.Returned, "till/1", 1),
        new PointsAdjusted("", -100, "积分商城兑换", null),
        new PointsAdjusted("club", 1, "gift", 4_102_444_799_999),
    ];

    [Theory, MemberData(nameof(Bodies))]
    public void What_is_written_reads_back_as_it_was(CommandBody body)
    {
        foreach (var command in new[] { Bare(body), Full(body) })
        {
            var json = EventJsonWriter.Encode(command);
            var reading = new EventJsonReader().Read(json, Now);

            reading.Problems.ShouldBeEmpty(Encoding.UTF8.GetString(json));
            var read = reading.Command!;
            (read.Source, read.Id, read.AtMs, read.Channel, read.Shop, read.Body.Type).ShouldBe((command.Source, command.Id, command.AtMs, command.Channel, command.Shop, body.Type));
            read.Identifiers.ShouldBe(command.Identifiers);
            read.BodyHash.ShouldBe(EventHash.Of(command));
            EventJsonWriter.Encode(read).ShouldBe(json);
        }
    }

    [Fact]
    public void Chinese_stays_readable_and_what_is_a_default_is_left_out() =>
        Encoding.UTF8.GetString(EventJsonWriter.Encode(Full(new MemberLeft("", "本人注销")))).ShouldBe(
            """{"source":"tmall-flagship","id":"T1/x","type":"member.left","time":"2026-11-10T16:03:12.345Z","channel":"tmall","shop":"flagship","identifiers":[{"namespace":"tmall_ouid","scope":"flagship","value":"AAH","verified":true},{"namespace":"phone","value":"13800138000"}],"data":{"reason":"本人注销"}}""");

    [Fact]
    public void Every_event_of_the_demo_is_one_that_a_source_may_send()
    {
        var reader = new EventJsonReader();
        var types = new HashSet<string>();
        foreach (var command in DemoCommands.Of(new DemoPlan { Members = 1_500, Months = 18, Seed = 5 }))
        {
            var json = EventJsonWriter.Encode(command);
            var reading = reader.Read(json, Now);
            reading.Problems.ShouldBeEmpty();
            reading.Command!.BodyHash.ShouldBe(command.BodyHash);
            EventJsonWriter.Encode(reading.Command).ShouldBe(json);
            types.Add(command.Body.Type);
        }
        // Gifts adjust and the demo's points mall redeems; tills' reservations are no part of it.
        types.Order().ShouldBe(EventJsonReader.Types.Where(t => t is "points.adjusted" or "points.redeemed" || !t.StartsWith("points.", StringComparison.Ordinal)).Order());
    }

    private static Command Bare(CommandBody body) => new() { Source = "pos", Id = "1", AtMs = 1_700_000_000_000, Channel = "store", Body = body };

    private static Command Full(CommandBody body) => new()
    {
        Source = "tmall-flagship",
        Id = "T1/x",
        AtMs = 1_794_326_592_345,
        Channel = "tmall",
        Shop = "flagship",
        Identifiers = [new("tmall_ouid", "flagship", "AAH", true), new("phone", "", "13800138000")],
        Body = body,
    };
}
